import "./address.js";
import { drawDatasets } from "./dataset.js";
import { Panel } from "./filter.js";
import { drawNavigation } from "./navigation.js";

// Streamlit calls this function after every run. The panel lives as long as its root element.
const panels = new WeakMap();

export default function ({ data, parentElement, setTriggerValue }) {
  const navigation = parentElement.querySelector("nav");
  drawNavigation(navigation, data.sections, (page) => setTriggerValue("page", page));
  const select = parentElement.querySelector(".dataset select");
  drawDatasets(select, data.datasets, (name) => setTriggerValue("dataset", name));
  const root = parentElement.querySelector(".panel");
  if (!panels.has(root)) panels.set(root, new Panel(root, data.heard));
  const send = (message) => setTriggerValue("selection", message);
  panels.get(root).receive(data, send);
}
