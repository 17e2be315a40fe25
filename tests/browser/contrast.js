// The contrast (WCAG 2.2, 1.4.3) of every text that is seen, against what is painted behind it:
// backgrounds of the elements around it, see-through ones mixed, and the marks of a chart below.
// Returns those under `least` (of icons, which are graphics: 3), the worst first.
(least) => {
    const ICON = 3;

    // What a browser gives as a computed colour: rgb(…), rgba(…) or color(srgb …).
    const parsed = (text) => {
        const numbers = (text?.match(/[\d.]+(e-?\d+)?/g) ?? []).map(Number);
        if (!/^(rgb|color\(srgb )/.test(text ?? "") || numbers.length < 3) return [0, 0, 0, 0];
        const [red, green, blue, alpha = 1] = numbers;
        const scale = text.startsWith("rgb") ? 255 : 1;
        return [red / scale, green / scale, blue / scale, alpha];
    };
    const mixed = (below, above, share) => below.map((part, i) => part + (above[i] - part) * share);
    const over = (below, [red, green, blue, alpha], opacity = 1) =>
        mixed(below, [red, green, blue], alpha * opacity);
    const luminance = (colour) => {
        const [red, green, blue] = colour.map((part) =>
            part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    };
    const contrast = (one, other) => {
        const [darker, lighter] = [luminance(one), luminance(other)].sort((a, b) => a - b);
        return (lighter + 0.05) / (darker + 0.05);
    };

    // From the root to an element, through shadow roots.
    const parentOf = (node) => node.assignedSlot ?? node.parentElement ?? node.getRootNode().host;
    const lineage = (element) => {
        const line = [];
        for (let node = element; node; node = parentOf(node)) line.unshift(node);
        return line;
    };
    // The colour of a point once every element of a line has been painted, one in the other, and
    // `last` within the innermost of them.
    const painted = (line, last, below = [1, 1, 1]) => {
        const [element, ...inner] = line;
        if (!element) return last(below);
        const style = getComputedStyle(element);
        const own = painted(inner, last, over(below, parsed(style.backgroundColor)));
        return mixed(below, own, Number(style.opacity));
    };

    // The marks of a chart that lie under a point of it, in the order in which they are painted.
    const shapes = new Map();
    const shapesOf = (svg) => {
        if (!shapes.has(svg)) {
            const filledIn = [...svg.querySelectorAll("path, rect, circle")].filter((shape) =>
                parsed(getComputedStyle(shape).fill)[3] > 0 && shape.checkVisibility());
            shapes.set(svg, filledIn.map((shape) => [shape, shape.getBoundingClientRect()]));
        }
        return shapes.get(svg);
    };
    const isUnder = ([shape, box], x, y, text) =>
        box.left <= x && x <= box.right && box.top <= y && y <= box.bottom
        && shape.compareDocumentPosition(text) & Node.DOCUMENT_POSITION_FOLLOWING
        && shape.isPointInFill(new DOMPoint(x, y).matrixTransform(shape.getScreenCTM().inverse()));
    const withMarks = (svg, text, x, y) => (below) =>
        shapesOf(svg).filter((each) => isUnder(each, x, y, text)).reduce((colour, [shape]) => {
            const { fill, fillOpacity, opacity } = getComputedStyle(shape);
            return over(colour, parsed(fill), fillOpacity * opacity);
        }, below);

    // The worst contrast of a text over its length.
    const worst = (element, box, ink) => {
        const svg = element.closest("svg");
        const line = lineage(svg ? svg.parentElement : element);
        const opacity = svg ? Number(getComputedStyle(element).opacity) : 1;
        const at = (share) => {
            const x = box.left + share * box.width;
            const y = box.top + box.height / 2;
            const ground = svg ? withMarks(svg, element, x, y) : (below) => below;
            const inked = (below) => over(ground(below), ink, opacity);
            return contrast(painted(line, ground), painted(line, inked));
        };
        return Math.min(...(svg ? [0.1, 0.5, 0.9] : [0.5]).map(at));
    };

    const isOff = (element) => element.closest(":disabled, [aria-disabled=true], [aria-hidden=true]")
        && !element.closest("svg");
    // Words for those who hear the page are cut down to a pixel; labels of an axis that would
    // overlap are made transparent.
    const isHidden = (element) => lineage(element).some((each) => {
        const { clipPath, opacity, visibility } = getComputedStyle(each);
        return clipPath.startsWith("inset(50%") || visibility === "hidden" || opacity === "0";
    });
    const found = [];
    const note = (element, words, box, colour) => {
        if (!words.trim() || box.width < 2 || box.height < 2) return;
        if (isOff(element) || !element.checkVisibility() || isHidden(element)) return;
        const isIcon = getComputedStyle(element).fontFamily.includes("Material Symbols");
        const ratio = worst(element, box, parsed(colour));
        if (ratio < (isIcon ? ICON : least)) {
            found.push({ words: words.trim().slice(0, 60), ratio: Number(ratio.toFixed(2)), colour });
        }
    };
    const walk = (root) => {
        const nodes = document.createTreeWalker(root, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
        for (let node = nodes.nextNode(); node; node = nodes.nextNode()) {
            if (node.nodeType === Node.TEXT_NODE) {
                const element = node.parentElement ?? node.getRootNode().host;
                if (!node.data.trim() || element.closest("script, style, template, option, canvas")) {
                    continue;
                }
                const range = document.createRange();
                range.selectNodeContents(node);
                const style = getComputedStyle(element);
                const colour = element.closest("svg") ? style.fill : style.color;
                note(element, node.data, range.getBoundingClientRect(), colour);
            } else {
                if (node.shadowRoot) walk(node.shadowRoot);
                if (node.matches("input:not([type=range], [type=checkbox], [type=radio]), textarea")) {
                    const part = node.value ? null : "::placeholder";
                    const { color } = getComputedStyle(node, part);
                    note(node, node.value || node.placeholder, node.getBoundingClientRect(), color);
                } else if (node.matches("select")) {
                    const { color } = getComputedStyle(node);
                    note(node, node.selectedOptions[0]?.text ?? "", node.getBoundingClientRect(), color);
                }
            }
        }
    };
    walk(document.body);
    return found.sort((one, other) => one.ratio - other.ratio);
}
