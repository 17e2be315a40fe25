// Added to every page before Streamlit's own scripts. It notes when somebody last acted on the
// page and when the page last sent to the server, heard from it and changed, so that waiting
// and timing need no polling from outside.
(() => {
    const probe = { clicked: 0, acted: 0, sent: 0, heard: 0, changed: 0 };
    const note = (what) => { probe[what] = performance.now(); };

    for (const kind of ["click", "input", "keydown", "popstate"]) {
        window.addEventListener(kind, () => note("acted"), { capture: true });
    }
    window.addEventListener("click", (event) => { probe.clicked = event.timeStamp; }, {
        capture: true,
    });

    const { send } = WebSocket.prototype;
    WebSocket.prototype.send = function (...args) {
        note("sent");
        return send.apply(this, args);
    };
    window.WebSocket = class extends WebSocket {
        constructor(...args) {
            super(...args);
            this.addEventListener("message", () => note("heard"));
        }
    };

    // Not part of what is seen: the "running" icon, which comes and goes on a timer of its own,
    // and the text inside a table's canvas, which follows its picture after 200 ms.
    const isSeen = ({ target }) => {
        const element = target.nodeType === Node.ELEMENT_NODE ? target : target.parentElement;
        return !element?.closest("canvas, [data-testid=stStatusWidget]");
    };
    const observer = new MutationObserver((changes) => {
        if (changes.some(isSeen)) note("changed");
    });
    const observe = (root) => observer.observe(root, {
        attributes: true, characterData: true, childList: true, subtree: true,
    });
    observe(document);
    // Custom components live in shadow roots, which an observer outside does not see.
    const { attachShadow } = Element.prototype;
    Element.prototype.attachShadow = function (options) {
        const root = attachShadow.call(this, options);
        observe(root);
        return root;
    };

    const isIdle = () =>
        document.querySelector("[data-testid=stApp]")?.dataset.testScriptState === "notRunning"
        && !document.querySelector("[data-testid=stSkeleton]")
        && probe.sent > 0
        && probe.heard > probe.sent;

    // Resolves to the moment of the last change, once the app has been idle and unchanged for
    // `quiet` milliseconds; that waiting is not part of the moment.
    probe.settled = (quiet) => new Promise((resolve) => {
        const look = () => {
            const { acted, sent, heard, changed } = probe;
            const still = performance.now() - Math.max(acted, sent, heard, changed);
            if (isIdle() && still >= quiet) resolve(changed);
            else setTimeout(look, Math.max(quiet - still, 10));
        };
        look();
    });
    window.probe = probe;
})();
