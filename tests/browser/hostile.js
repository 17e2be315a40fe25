// What a payload has become that is more than text: attributes and elements, in shadow roots too.
() => {
    const found = [];
    const ours = /evil\.example|canary/;
    const addresses = new Set([
        "href", "src", "srcset", "srcdoc", "xlink:href", "action", "data", "background", "style",
        "poster", "formaction", "content",
    ]);
    // What Markdown, Streamlit and LaTeX would make of the payloads; nothing else is called so.
    const made = {
        strong: "strong", b: "bold", em: "slant", del: "gone", code: "code", h1: "Large",
    };
    // A link of our own repeats what the address asks for.
    const isOurOwn = (value) => {
        try { return new URL(value, document.baseURI).origin === location.origin; }
        catch { return false; }
    };
    const where = (element) => {
        const block = element.closest("[data-testid]:not([data-testid^=stMarkdown])");
        return `in ${block?.dataset.testid}: ${block?.textContent.slice(0, 80)}`;
    };
    const look = (root) => {
        for (const element of root.querySelectorAll("*")) {
            const name = element.localName;
            for (const { name: attribute, value } of element.attributes) {
                if (attribute.startsWith("on")) found.push(`${name} ${attribute}=${value}`);
                // A packet is shown as it will be, in a frame, which is looked into by itself.
                if (attribute === "srcdoc" && value.startsWith("<!doctype html>\n<html")) continue;
                if (addresses.has(attribute) && ours.test(value)
                    && !(attribute === "href" && isOurOwn(value))) {
                    found.push(`${name} ${attribute}=${value}`);
                }
            }
            if (name === "script" && element.type !== "application/json"
                && ours.test(element.textContent)) found.push(name);
            if (name === "style" && [...element.sheet?.cssRules ?? []].some(
                (rule) => /(url\(|@import)[^;]*evil/.test(rule.cssText))) found.push(name);
            if (["object", "embed", "base", "marquee"].includes(name)) {
                found.push(name);
            }
            if (name === "iframe" && !element.srcdoc.startsWith("<!doctype")) found.push(name);
            if (name === "img" && element.getAttribute("src") === "x") found.push("img");
            if (made[name] && element.textContent.trim() === made[name]) {
                found.push(`${name} made of a text ${where(element)}`);
            }
            if (element.classList.contains("katex")) found.push(`a formula ${where(element)}`);
            if (element.classList.contains("stMarkdownColoredText")) {
                found.push(`a coloured text ${where(element)}`);
            }
            if (element.dataset.testid === "stIconMaterial" && element.textContent === "bolt") {
                found.push(`an icon ${where(element)}`);
            }
            if (element.shadowRoot) look(element.shadowRoot);
        }
    };
    look(document);
    if (window.canary !== undefined) found.push("a script ran");
    return found;
}
