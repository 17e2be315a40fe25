// Reset, link, what can be taken away, and explanation.
const handlers = new WeakMap();

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".actions");
  const reset = root.querySelector(".reset");
  const link = root.querySelector("output");
  const why = root.querySelector("#why");
  if (!handlers.has(root)) {
    reset.addEventListener("click", () => handlers.get(root)("reset", true));
    const take = root.querySelector(".take");
    take.addEventListener("click", () => handlers.get(root)("take_away", true));
    const copy = root.querySelector(".copy");
    copy.addEventListener("click", () => copyText(link, copy));
  }
  handlers.set(root, setTriggerValue);
  reset.disabled = !data.can_reset;
  link.textContent = data.link;
  root.querySelector("[popovertarget=why]").hidden = !data.why;
  // Our own words, which hold no value of a registry.
  if (why.innerHTML !== data.why) why.innerHTML = data.why;
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
