// The filter panel. Python says what is selected and how many patients each option has
// (`data`); the panel draws it and sends back the whole selection on every change.
//
// Two rules keep it calm while the app reruns:
// * The DOM is updated in place, keyed by field and value, never rebuilt: focus, scroll
//   position and folded fields are kept simply because the elements stay.
// * A click shows at once. Until Python has heard of the last click, its answers to
//   earlier ones bring new counts but don't touch the boxes.
//
// What is inside a folded field is drawn when it is opened: most fields are folded.
import { keyed } from "./keyed.js";
import { write, writeStyle } from "./write.js";

const MANY = 15; // from more options on, there is a box to find one
const LONG = 1000; // milliseconds after which an answer is long in coming

export class Panel {
  constructor(root, heard) {
    this.root = root;
    this.sequence = heard; // number of the last message sent
    this.awaited = null; // number of the message Python has yet to answer
    this.selection = {}; // what the panel shows, by field; active fields only
    this.matches = new Map(); // how a list meets its values, by field; the panel's own word
    this.opened = new Set(); // long lists that are shown in full, by field
    this.dragged = new Map(); // a range being dragged, not yet chosen, by field
    this.paling = null; // the timer that runs while an answer is awaited
    this.reset = root.querySelector(".reset");
    this.reset.addEventListener("click", () => {
      this.matches.clear();
      this.choose({});
    });
  }

  receive(data, send) {
    this.data = data;
    this.send = send;
    if (this.awaited === null || data.heard >= this.awaited) {
      this.awaited = null;
      const before = this.selection;
      this.selection = selectionIn(data.fields);
      for (const field of data.fields) {
        if (field.kind === "list") this.matches.set(field.name, this.matchIn(field, before));
      }
    }
    this.draw();
  }

  // Python knows no "all of" a single value, which is any of it, nor of no value: there the reader
  // may have said how the next ones are meant.
  matchIn({ name, match }, before) {
    const said = this.matches.get(name) ?? "any";
    const n = this.selection[name]?.length ?? 0;
    const isOpen = n === 0 ? !(name in before) : n === 1 && said === "all" && match === "any";
    return isOpen ? said : match;
  }

  choose(selection) {
    this.selection = selection;
    this.sequence += 1;
    this.awaited = this.sequence;
    this.draw();
    const matches = [...this.matches].filter(([name]) => name in selection);
    const said = Object.fromEntries(matches.map(([name, match]) => [`${name}_match`, match]));
    this.send({ sequence: this.sequence, fields: { ...selection, ...said } });
  }

  // value null: the field is no longer filtered
  chooseField(name, value) {
    const { [name]: _, ...others } = this.selection;
    this.choose(value === null ? others : { ...others, [name]: value });
  }

  // The domain may change with the dataset: always ask for the latest.
  field(name) {
    return this.data.fields.find((field) => field.name === name);
  }

  draw() {
    const { fields } = this.data;
    this.total = Math.max(0, ...fields.map((field) => field.total ?? 0));
    // Room for the widest count ("32–32"), so that nothing moves when counts change.
    const width = 2 * String(this.total).length + 1;
    writeStyle(this.root, { "--count-width": `${width}ch` });
    this.tellBusy(this.awaited !== null);
    write(this.reset, { disabled: Object.keys(this.selection).length === 0 });
    keyed(
      this.root.querySelector(".fields"),
      fields,
      (field) => field.name,
      (field) => this.buildField(field),
      (node, field) => this.updateField(node, field),
    );
  }

  // It pales if the answer is long in coming. A transition that waits would do, but it makes the
  // browser paint the panel apart and back again at every click.
  tellBusy(busy) {
    write(this.root, { ariaBusy: String(busy) });
    if (busy) {
      this.paling ??= setTimeout(() => this.root.classList.add("late"), LONG);
    } else {
      clearTimeout(this.paling);
      this.paling = null;
      write(this.root, { className: "panel" });
    }
  }

  buildField(field) {
    if (field.kind === "flag") return this.buildOption(field.name, true);
    const node = this.clone("field");
    node.dataset.field = field.name;
    node.open = this.data.fields.indexOf(field) < 3;
    node.querySelector("summary").addEventListener("click", (event) => {
      // A field that cuts the cohort can't be folded away.
      if (field.name in this.selection) event.preventDefault();
      // Filled before it opens, so that a quick Tab finds what is inside: `toggle` comes later.
      this.updateBody(node, this.field(field.name));
    });
    node.addEventListener("toggle", () => node.open && this.updateBody(node, this.field(field.name)));
    return node;
  }

  updateField(node, field) {
    const active = field.name in this.selection;
    if (field.kind === "flag") return this.updateOption(node, field, active);
    node.toggleAttribute("data-active", active);
    if (active) write(node, { open: true });
    write(node.querySelector("summary"), { ariaDisabled: active ? "true" : null });
    write(node.querySelector(".name"), { textContent: field.label });
    write(node.querySelector("legend"), { textContent: field.label });
    if (node.open) this.updateBody(node, field);
  }

  updateBody(node, field) {
    const body = node.querySelector(".body");
    const isRange = field.kind === "range";
    if (!body.firstElementChild) {
      body.append(isRange ? this.buildRange(field.name) : this.buildOptions(field.name));
    }
    if (isRange) this.updateRange(body.firstElementChild, field);
    else this.updateOptions(body.firstElementChild, field);
  }

  // ---- options: how a list meets them, a box to find one, the first of them, and the others

  buildOptions(name) {
    const node = this.clone("options");
    for (const part of node.children) part.dataset.field = name;
    const redraw = () => this.updateOptions(node, this.field(name));
    node.querySelector(".match").addEventListener("change", ({ target }) => {
      this.matches.set(name, target.value);
      if (name in this.selection) this.choose(this.selection);
    });
    const find = node.querySelector(".find");
    find.addEventListener("input", redraw);
    find.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      find.value = "";
      redraw();
    });
    node.querySelector(".more").addEventListener("click", () => {
      this.opened.has(name) ? this.opened.delete(name) : this.opened.add(name);
      redraw();
    });
    return node;
  }

  updateOptions(node, field) {
    const { name, label, kind, options, few } = field;
    const chosen = this.selection[name] ?? [];
    const find = node.querySelector(".find");
    write(find, { hidden: options.length <= MANY, ariaLabel: `Find in ${label}` });
    const sought = find.hidden ? "" : find.value.trim().toLowerCase();
    // One option more than a few is shown rather than hidden behind a button.
    const isLong = options.length > few + 1 && !sought;
    const isCut = isLong && !this.opened.has(name);
    const shown = options.filter((option, place) =>
      chosen.includes(option.value) ||
      (sought ? option.label.toLowerCase().includes(sought) : !isCut || place < few));
    keyed(
      node.querySelector(".list"),
      shown,
      (option) => option.value,
      (option) => this.buildOption(name, option.value),
      (row, option) => this.updateOption(row, option, chosen.includes(option.value)),
    );
    const more = node.querySelector(".more");
    const words = isCut ? `${options.length - shown.length} more` : "Fewer";
    write(more, {
      hidden: !isLong || (isCut && shown.length === options.length),
      textContent: words,
      ariaExpanded: String(!isCut),
      ariaLabel: `${label}: ${words}`,
    });
    write(node.querySelector(".match"), {
      hidden: kind !== "list",
      value: this.matches.get(name) ?? "any",
      ariaLabel: `${label}: any, all or none of`,
    });
  }

  // ---- options and flags: one check box each

  buildOption(name, value) {
    const node = this.clone("option");
    node.dataset.field = name;
    node.dataset.value = value;
    node.querySelector("input").addEventListener("change", (event) => {
      this.tick(name, value, event.target.checked);
    });
    return node;
  }

  tick(name, value, checked) {
    const field = this.field(name);
    if (field.kind === "flag") return this.chooseField(name, checked || null);
    const chosen = new Set(this.selection[name]);
    checked ? chosen.add(value) : chosen.delete(value);
    const values = field.options.map((option) => option.value).filter((each) => chosen.has(each));
    this.chooseField(name, values.length ? values : null);
  }

  // Most options stay as they are from run to run: those are left alone.
  updateOption(node, option, checked) {
    const drawn = JSON.stringify([option, checked, this.total]);
    if (node.drawn === drawn) return;
    node.drawn = drawn;
    const { label, count, lowest = count, highest = count, level = 0, text } = option;
    // With a text, of a registry that is shared outside, the steps are what differs.
    const varies = lowest !== highest && !text;
    write(node.dataset, { level: String(level) });
    write(node, { className: `option${varies ? " varies" : ""}${highest === 0 ? " none" : ""}` });
    // Of the bar alone: of the option they would be all its parts' as well, each to be styled anew.
    writeStyle(node.querySelector(".bar"), {
      "--lowest": share(lowest, this.total),
      "--highest": share(highest, this.total),
    });
    write(node.querySelector(".text"), { textContent: label });
    write(node.querySelector(".count"), {
      textContent: text ?? (varies ? `${lowest}–${highest}` : String(count)),
      title: varies ? "varies between versions" : "",
    });
    write(node.querySelector("input"), {
      checked,
      ariaLabel: label,
      ariaDescription: varies
        ? `${lowest} to ${highest} patients, varies between versions`
        : `${text ?? count} ${count === 1 ? "patient" : "patients"}`,
    });
  }

  // ---- ranges: a histogram over two handles, and the same two numbers to type

  buildRange(name) {
    const node = this.clone("range");
    for (const side of ["lower", "upper"]) {
      this.buildSlider(node, name, side);
      this.buildNumber(node, name, side);
    }
    node.querySelector(".clear").addEventListener("click", () => this.chooseField(name, null));
    return node;
  }

  // A pointer's drag ends in one `change`, but a key held down fires one at every step:
  // those wait until the key is let go.
  buildSlider(node, name, side) {
    const slider = node.querySelector(`[type=range].${side}`);
    let held = false;
    const release = () => {
      held = false;
      this.commit(name);
    };
    slider.dataset.field = name;
    slider.addEventListener("input", () => this.drag(node, name, side, slider.value));
    slider.addEventListener("keydown", (event) => (held = event.repeat));
    slider.addEventListener("change", () => held || release());
    for (const end of ["keyup", "pointerup", "blur"]) slider.addEventListener(end, release);
  }

  // A number being typed is left alone by reruns.
  buildNumber(node, name, side) {
    const number = node.querySelector(`[type=number].${side}`);
    const typed = () => {
      if (!("typing" in number.dataset)) return;
      delete number.dataset.typing;
      this.drag(node, name, side, number.value);
      this.commit(name);
    };
    number.dataset.field = name;
    number.addEventListener("input", () => (number.dataset.typing = ""));
    for (const end of ["change", "blur"]) number.addEventListener(end, typed);
  }

  ends({ name, lower, upper }) {
    return this.dragged.get(name) ?? this.selection[name] ?? [lower, upper];
  }

  // Whole numbers only, or so many decimals, whatever was typed. Neither handle leaves the domain
  // or passes the other; an emptied number is the end.
  drag(node, name, side, text) {
    const field = this.field(name);
    const [lower, upper] = this.ends(field);
    const value = text === "" ? field[side] : Number(Number(text).toFixed(field.decimals));
    const moved = {
      lower: [clamp(value, field.lower, upper), upper],
      upper: [lower, clamp(value, lower, field.upper)],
    };
    this.dragged.set(name, moved[side]);
    // Also where nothing came of it: a handle, or what was typed, must go back.
    node.drawn = null;
    this.updateRange(node, field);
  }

  commit(name) {
    const range = this.dragged.get(name);
    if (!range) return;
    this.dragged.delete(name);
    const field = this.field(name);
    if (String(range) === String(this.ends(field))) return;
    const everything = range[0] <= field.lower && range[1] >= field.upper;
    this.chooseField(name, everything ? null : range);
  }

  updateRange(node, field) {
    const drawn = JSON.stringify([field, this.ends(field), field.name in this.selection]);
    if (node.drawn === drawn) return;
    node.drawn = drawn;
    const { label, unit = "", bins = [], decimals } = field;
    const step = 10 ** -decimals;
    // Whole bins are drawn, so the axis may begin before the domain; the handles don't.
    const from = Math.min(field.lower, ...bins.map((bin) => bin.lower));
    const to = Math.max(field.upper, ...bins.map((bin) => bin.upper));
    const place = (value) => (100 * (value - from)) / (to - from || 1);
    const [lower, upper] = this.ends(field);
    node.style.setProperty("--from", `${place(lower)}%`);
    node.style.setProperty("--to", `${place(upper)}%`);
    // A whole number stands for what is between it and the next one.
    node.style.setProperty("--cut", `${place(Math.min(upper + step, to))}%`);
    const outline = histogram(bins, place);
    node.querySelectorAll("path").forEach((path) => path.setAttribute("d", outline));
    // Where both handles meet at the right end, the lower one must be the one in reach.
    node.classList.toggle("crowded", place(lower) > 50);
    for (const [side, value, word] of [["lower", lower, "from"], ["upper", upper, "to"]]) {
      const words = `${label}, ${word}`;
      const slider = node.querySelector(`[type=range].${side}`);
      Object.assign(slider, { min: from, max: to, step, value, ariaLabel: words });
      slider.ariaValueText = `${value} ${unit}`.trim();
      const number = node.querySelector(`[type=number].${side}`);
      Object.assign(number, { min: field.lower, max: field.upper, step, ariaLabel: words });
      if (!("typing" in number.dataset)) number.value = value;
    }
    node.querySelector(".unit").textContent = unit;
    const clear = node.querySelector(".clear");
    clear.hidden = !(field.name in this.selection);
    clear.ariaLabel = `Clear ${label}`;
    clear.dataset.field = field.name;
  }

  clone(name) {
    const template = this.root.parentNode.querySelector(`template[data-name=${name}]`);
    return template.content.firstElementChild.cloneNode(true);
  }
}

function selectionIn(fields) {
  const chosen = (field) => {
    if (!field.options) return field.selected || null;
    const values = field.options.filter((option) => option.selected).map((option) => option.value);
    return values.length ? values : null;
  };
  const pairs = fields.map((field) => [field.name, chosen(field)]);
  return Object.fromEntries(pairs.filter(([, value]) => value !== null));
}

// The outline of all bars as one path in a 100 × 100 box, with a hair of space between.
function histogram(bins, place) {
  const highest = Math.max(1, ...bins.map((bin) => bin.count));
  const bar = ({ lower, upper, count }) => {
    const top = 100 - (100 * count) / highest;
    return `M${place(lower) + 0.4} 100V${top}H${place(upper) - 0.4}V100Z`;
  };
  return bins.filter((bin) => bin.count > 0).map(bar).join("");
}

const share = (count, total) => `${total ? Math.min(100, (100 * count) / total) : 0}%`;
const clamp = (value, lower, upper) => Math.min(Math.max(value, lower), upper);
