import { write } from "./write.js";

// Make the children of `parent` those of `items`, reusing and moving as few as possible:
// an element that is moved loses its focus.
export function keyed(parent, items, keyOf, build, update) {
  const keys = items.map((item) => String(keyOf(item)));
  for (const node of [...parent.children]) if (!keys.includes(node.dataset.key)) node.remove();
  const nodes = new Map([...parent.children].map((node) => [node.dataset.key, node]));
  items.forEach((item, index) => {
    const node = nodes.get(keys[index]) ?? build(item);
    write(node.dataset, { key: keys[index] });
    const there = parent.children[index] ?? null;
    if (there !== node) parent.insertBefore(node, there);
    update(node, item);
  });
}
