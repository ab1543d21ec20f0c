// Buttons that print: without scripts the browser's own command does.

export function print() {
    for (const button of document.querySelectorAll("[data-print]")) button.addEventListener("click", () => window.print());
}
