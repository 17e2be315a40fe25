// Set properties of an element, those alone that change: the browser takes a text or an attribute
// that is set to what it was for a new one, and lays out and paints its surroundings again.
export function write(node, values) {
  for (const [name, value] of Object.entries(values)) {
    if (node[name] !== value) node[name] = value;
  }
}

// As `write`, of the custom properties that styles read.
export function writeStyle(node, values) {
  for (const [name, value] of Object.entries(values)) {
    if (node.style.getPropertyValue(name) !== value) node.style.setProperty(name, value);
  }
}
