// How many patients, the active filters and what is done with them, link, what can be taken away,
// and explanation.
const senders = new WeakMap();

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".page-header");
  const part = (selector) => root.querySelector(selector);
  const chips = part(".chips");
  const undo = part(".undo");
  if (!senders.has(root)) {
    undo.addEventListener("click", () => senders.get(root)("undo", true));
    part(".reset").addEventListener("click", () => senders.get(root)("reset", true));
    part(".take").addEventListener("click", () => senders.get(root)("take_away", true));
    chips.addEventListener("click", ({ target }) => {
      if (target.dataset.field) senders.get(root)("remove", target.dataset.field);
    });
    part(".beside input").addEventListener("change", ({ target }) =>
      senders.get(root)("beside", target.checked ? "on" : "off"),
    );
    part(".copy").addEventListener("click", () => copyText(part("output"), part(".copy")));
  }
  senders.set(root, setTriggerValue);
  const words = data.active.map((field) => field.words).join(" · ");
  write(part(".said b"), data.count);
  write(part(".said span"), words || "all patients");
  write(part(".nature span"), data.nature);
  // Hidden where nothing can stand beside the registry.
  part(".beside").hidden = data.beside === null;
  part(".beside input").checked = Boolean(data.beside);
  enable(undo, data.can_undo);
  enable(part(".reset"), data.active.length > 0);
  const hasLostFocus = drawChips(chips, part("template.chip"), data.active);
  if (hasLostFocus && !chips.contains(document.activeElement)) undo.focus();
  write(part("output"), data.link);
  part("[popovertarget=why]").hidden = !data.why;
  // Our own words, which hold no value of a registry.
  if (part("#why").innerHTML !== data.why) part("#why").innerHTML = data.why;
}

// A chip stays the same element while its field is active. The one after a chip that was let go
// takes the focus over, so that the keyboard does not start again at the top of the page.
// Returns whether the chip that had the focus is gone.
function drawChips(list, template, active) {
  const names = active.map(({ name }) => name);
  const focused = [...list.children].findIndex((chip) => chip.contains(document.activeElement));
  const isGone = focused >= 0 && !names.includes(list.children[focused].dataset.field);
  for (const chip of [...list.children]) if (!names.includes(chip.dataset.field)) chip.remove();
  active.forEach(({ name, words }, place) => {
    if (list.children[place]?.dataset.field !== name) {
      list.insertBefore(buildChip(template, name), list.children[place] ?? null);
    }
    const chip = list.children[place];
    if (chip.title === words) return;
    chip.title = words;
    chip.querySelector("span").textContent = words;
    chip.querySelector("button").ariaLabel = `Remove filter: ${words}`;
  });
  if (isGone) list.children[Math.min(focused, active.length - 1)]?.querySelector("button").focus();
  return isGone;
}

function buildChip(template, name) {
  const chip = template.content.firstElementChild.cloneNode(true);
  chip.dataset.field = name;
  chip.querySelector("button").dataset.field = name;
  return chip;
}

function write(node, words) {
  if (node.textContent !== words) node.textContent = words;
}

function enable(button, enabled) {
  if (button.disabled === enabled) button.disabled = !enabled;
}

// Without a secure connection a page may not write to the clipboard: then the link is selected.
async function copyText(source, button) {
  try {
    await navigator.clipboard.writeText(source.textContent);
    button.textContent = "Copied";
  } catch {
    getSelection().selectAllChildren(source);
    button.textContent = "Selected: copy it with the keyboard";
  }
  setTimeout(() => (button.textContent = "Copy"), 2000);
}
