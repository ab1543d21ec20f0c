"""What every page must be, whatever it shows: read in the browser, as the browser understood it."""

from __future__ import annotations

DESKTOP, PHONE = (1280, 900), (390, 844)

# Each returns a list of sentences; empty when all is well.
NAMES = """
const bad = [], name = e => (e.getAttribute("aria-label") || e.textContent || e.getAttribute("title") || "").trim();
if (document.documentElement.lang !== "en") bad.push("no language");
if (document.querySelectorAll("h1").length !== 1) bad.push("not one h1");
if (document.querySelectorAll("main").length !== 1) bad.push("not one main");
let last = 0;
for (const h of document.querySelectorAll("h1,h2,h3,h4")) {
    const level = Number(h.tagName[1]);
    if (level > last + 1) bad.push("heading level " + level + " after " + last + ": " + h.textContent);
    last = level;
}
for (const e of document.querySelectorAll("a,button")) if (!name(e)) bad.push("no name: " + e.outerHTML.slice(0, 120));
for (const e of document.querySelectorAll("input:not([type=hidden]),select,textarea"))
    if (!e.labels || !e.labels.length || !e.labels[0].textContent.trim()) bad.push("no label: " + e.outerHTML);
for (const e of document.querySelectorAll("svg[role=img],svg[role=group]")) if (!e.querySelector("title")) bad.push("a drawing without a title");
const ids = [...document.querySelectorAll("[id]")].map(e => e.id);
for (const id of ids) if (ids.indexOf(id) !== ids.lastIndexOf(id)) bad.push("id twice: " + id);
for (const e of document.querySelectorAll("[aria-labelledby]")) if (!document.getElementById(e.getAttribute("aria-labelledby"))) bad.push("labelled by nothing");
for (const e of document.querySelectorAll("th")) if (!e.scope) bad.push("a th without scope");
for (const e of document.querySelectorAll("[style]")) bad.push("inline style: " + e.outerHTML.slice(0, 120));
return bad;
"""

# WCAG 2.2, 1.4.3: 4.5 to 1, and 3 to 1 for text of 24 px, or of 18.66 px in bold.
CONTRAST = """
const bad = [], parse = c => c.match(/[0-9.]+/g).map(Number);
const light = c => { const [r, g, b] = c.slice(0, 3).map(v => (v /= 255) <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4); return .2126 * r + .7152 * g + .0722 * b; };
const ratio = (a, b) => { const [x, y] = [light(a), light(b)]; return (Math.max(x, y) + .05) / (Math.min(x, y) + .05); };
const solid = c => c.length < 4 || c[3] === 1;
const behind = e => { for (; e; e = e.parentElement) { const c = parse(getComputedStyle(e).backgroundColor); if (solid(c)) return c; } return [255, 255, 255]; };
let seen = 0;
for (const e of document.querySelectorAll("body *")) {
    if (![...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim()) || e.closest("title,script,style,option")) continue;
    const s = getComputedStyle(e);
    if (s.display === "none" || s.visibility === "hidden" || !e.getClientRects().length || e.closest(".unseen")) continue;
    let front, back;
    if (e.tagName === "text") {
        front = parse(s.fill);
        const rect = e.parentElement.querySelector("rect");
        back = e.classList.contains("number") ? behind(e.closest("svg").parentElement) : parse(getComputedStyle(rect).fill);
    } else { front = parse(s.color); back = behind(e); }
    ++seen;
    const size = parseFloat(s.fontSize), least = size >= 24 || (size >= 18.66 && Number(s.fontWeight) >= 700) ? 3 : 4.5;
    if (ratio(front, back) < least) bad.push(ratio(front, back).toFixed(2) + " for '" + e.textContent.trim().slice(0, 40) + "' " + e.tagName + "." + e.getAttribute("class"));
}
if (!seen) bad.push("no text at all");
return bad;
"""

# The page itself never scrolls sideways; tables and rows of racks do on their own.
WIDTH = """
const wide = document.documentElement.clientWidth;
if (document.documentElement.scrollWidth <= wide) return [];
return [...document.querySelectorAll("body *")].filter(e => e.getBoundingClientRect().right > wide + 1 && !e.closest(".scroll,.racks,.skip,svg"))
    .map(e => "reaches beyond the screen: " + e.outerHTML.slice(0, 120)).concat(["the page is " + document.documentElement.scrollWidth + " wide, the screen " + wide]);
"""

# 2.5.8: what a finger must hit is 24 px at least; links within text are exempt.
TARGETS = """
return [...document.querySelectorAll("button,input:not([type=hidden]),.tile,.bay")].filter(e => e.getClientRects().length)
    .filter(e => { const b = e.getBoundingClientRect(); return b.width < 24 || b.height < 24; }).map(e => "too small: " + e.outerHTML.slice(0, 120));
"""
