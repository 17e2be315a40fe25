import { keyed } from "./keyed.js";
import { write } from "./write.js";

// The pages as plain links that keep the filter: a click goes by the running session, any other
// way to follow a link (new tab, copied address) by the address.
const visits = new WeakMap();

export function drawNavigation(root, sections, visit) {
  visits.set(root, visit);
  keyed(root, sections, (section) => section.title, buildSection, updateSection);
}

function buildSection(section) {
  const node = document.createElement("section");
  const title = document.createElement("h2");
  title.textContent = section.title;
  node.append(title, document.createElement("ul"));
  return node;
}

function updateSection(node, section) {
  keyed(node.querySelector("ul"), section.pages, (page) => page.title, buildLink, updateLink);
}

function buildLink(page) {
  const item = document.createElement("li");
  const link = document.createElement("a");
  const icon = document.createElement("span");
  icon.className = "icon";
  icon.ariaHidden = "true";
  icon.textContent = page.icon;
  link.append(icon, page.title);
  link.addEventListener("click", (event) => followLink(event, link, page.title));
  item.append(link);
  return item;
}

function updateLink(item, page) {
  const link = item.firstElementChild;
  if (link.getAttribute("href") !== page.href) link.setAttribute("href", page.href);
  write(link, { ariaCurrent: page.current ? "page" : null });
}

function followLink(event, link, title) {
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
  event.preventDefault();
  visits.get(link.closest("nav"))(title);
  // On a phone the sidebar lies over the page that was asked for.
  if (window.innerWidth < 768) {
    document.querySelector("[data-testid=stSidebarCollapseButton] button")?.click();
  }
}
