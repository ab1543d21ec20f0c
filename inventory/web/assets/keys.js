// "/" goes to the search box; arrows walk from drive to drive and from machine to machine in a drawing.

const typing = (element) => element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement || element instanceof HTMLSelectElement;

// The next link in the direction of the arrow: the nearest whose middle lies that way.
function neighbour(links, from, key) {
    const middle = (link) => {
        const box = link.getBoundingClientRect();
        return { x: box.left + box.width / 2, y: box.top + box.height / 2 };
    };
    const here = middle(from);
    let best = null;
    let least = Infinity;
    for (const link of links) {
        const there = middle(link);
        const dx = there.x - here.x;
        const dy = there.y - here.y;
        const along = { ArrowUp: -dy, ArrowDown: dy, ArrowLeft: -dx, ArrowRight: dx }[key];
        const aside = Math.abs(key === "ArrowUp" || key === "ArrowDown" ? dx : dy);
        const distance = along + 3 * aside;
        if (along > 1 && distance < least) {
            best = link;
            least = distance;
        }
    }
    return best;
}

export function keys() {
    document.addEventListener("keydown", (event) => {
        if (event.ctrlKey || event.altKey || event.metaKey) return;
        if (event.key === "/" && !typing(event.target)) {
            const box = document.getElementById("q");
            if (!box) return;
            event.preventDefault();
            box.focus();
            box.select();
            return;
        }
        if (!event.key.startsWith("Arrow")) return;
        const drawing = event.target.closest?.("svg.elevation, ul.bays, ul.tiles");
        const link = event.target.closest?.("a");
        if (!drawing || !link) return;
        const next = neighbour([...drawing.querySelectorAll("a")].filter((a) => a !== link), link, event.key);
        if (!next) return;
        event.preventDefault();
        next.focus();
    });
}
