// The active filters and what is done with them, link, what can be taken away, and explanation.
const senders = new WeakMap();

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".actions");
  const chips = parentElement.querySelector(".chips");
  const undo = root.querySelector(".undo");
  const reset = root.querySelector(".reset");
  const link = root.querySelector("output");
  const why = root.querySelector("#why");
  if (!senders.has(root)) {
    undo.addEventListener("click", () => senders.get(root)("undo", true));
    reset.addEventListener("click", () => senders.get(root)("reset", true));
    const take = root.querySelector(".take");
    take.addEventListener("click", () => senders.get(root)("take_away", true));
    chips.addEventListener("click", ({ target }) => {
      if (target.dataset.field) senders.get(root)("remove", target.dataset.field);
    });
    const copy = root.querySelector(".copy");
    copy.addEventListener("click", () => copyText(link, copy));
  }
  senders.set(root, setTriggerValue);
  enable(undo, data.can_undo);
  enable(reset, data.active.length > 0);
  const hasLostFocus = drawChips(chips, parentElement.querySelector("template.chip"), data.active);
  if (hasLostFocus && !chips.contains(document.activeElement)) undo.focus();
  link.textContent = data.link;
  root.querySelector("[popovertarget=why]").hidden = !data.why;
  // Our own words, which hold no value of a registry.
  if (why.innerHTML !== data.why) why.innerHTML = data.why;
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
