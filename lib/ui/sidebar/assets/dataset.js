import { keyed } from "./keyed.js";
import { write } from "./write.js";

// Which registry is looked at.
const choosers = new WeakMap();

export function drawDatasets(select, datasets, choose) {
  if (!choosers.has(select)) {
    select.addEventListener("change", () => choosers.get(select)(select.value));
  }
  choosers.set(select, choose);
  const build = (dataset) => new Option(dataset.label, dataset.name);
  keyed(select, datasets, (dataset) => dataset.name, build, () => {});
  write(select, { value: datasets.find((dataset) => dataset.current).name });
}
