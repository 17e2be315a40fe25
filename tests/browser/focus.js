// What has the focus, through shadow roots: its name, and whether the focus can be seen.
() => {
    let element = document.activeElement;
    while (element.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
    // Behind the last stop the browser itself has it.
    if (element === document.body) return { name: "", isSeen: true };
    const isRinged = ({ outlineStyle, outlineWidth, boxShadow }) =>
        (outlineStyle !== "none" && parseFloat(outlineWidth) > 0) || boxShadow !== "none";
    // Streamlit frames the box around a text field in the primary colour.
    const isFramed = () => {
        const known = getComputedStyle(document.querySelector("[data-testid=header-link]"));
        const [, ...pairs] = known.getPropertyValue("--st-primary-color").match(/#(..)(..)(..)/);
        const primary = `rgb(${pairs.map((pair) => parseInt(pair, 16)).join(", ")})`;
        return [element.parentElement, element.parentElement.parentElement]
            .map((box) => getComputedStyle(box))
            .some(({ borderTopWidth, borderTopColor }) =>
                parseFloat(borderTopWidth) > 0 && borderTopColor === primary);
    };
    const words = element.ariaLabel || element.labels?.[0]?.textContent || element.innerText;
    return {
        name: (words || element.tagName).trim().replace(/\s+/g, " ").slice(0, 80),
        // In a table that is drawn as a picture, the cell that has the focus is framed in there.
        isSeen: isRinged(getComputedStyle(element)) || element.tagName === "CANVAS"
            || (element.matches("input, textarea") && isFramed()),
    };
}
