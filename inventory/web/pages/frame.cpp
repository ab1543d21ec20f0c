#include "inventory/web/pages/frame.hpp"

#include "inventory/web/assets/assets.hpp"
#include "inventory/web/pages/parts.hpp"

namespace footing::inventory {

namespace {

Html head(const std::string& title)
{
    return el("head", {}, el("meta", {{"charset", "utf-8"}}),
              el("meta", {{"name", "viewport"}, {"content", "width=device-width, initial-scale=1"}}),
              el("meta", {{"name", "color-scheme"}, {"content", "light dark"}}), el("title", {}, title + " · footing"),
              el("link", {{"rel", "stylesheet"}, href(asset_url("style.css"))}),
              el("link", {{"rel", "icon"}, href(asset_url("icon.svg"))}),
              el("script", {{"type", "module"}, src(asset_url("footing.js"))}));
}

Html search_box(const std::string& asked)
{
    return el("form", {{"role", "search"}, cls("search"), action(Path("/search"))},
              el("label", {{"for", "q"}, cls("unseen")}, "Search"),
              el("input", {{"id", "q"}, {"name", "q"}, {"type", "search"}, {"value", asked}, {"autocomplete", "off"},
                           {"autocapitalize", "off"}, {"spellcheck", "false"}, {"enterkeyhint", "search"},
                           {"placeholder", "serial, MAC, host, WWN, R12 U17, …"}, {"aria-keyshortcuts", "/"}}),
              el("button", {}, "Search"));
}

Html navigation(const Around& around)
{
    Html out;
    const auto entry = [&](Path to, const char* word, const Html& more = {}) {
        const bool here = around.request.path == to.text();
        const Url url = Url(to).with("at", around.moment.past() ? around.moment.at : "");
        out += el("a", here ? Attributes{href(url), {"aria-current", "page"}} : Attributes{href(url)}, word, more);
    };
    const auto open = around.open_conflicts;
    entry("/", "Rooms");
    entry("/conflicts", "Conflicts", open == 0 ? Html() : all(" ", el("span", {cls("count")}, open), el("span", {cls("unseen")}, " open")));
    entry("/disks", "Drives");
    entry("/changes", "Changes");
    entry("/walk", "Walk list");
    entry("/accuracy", "Accuracy");
    return el("nav", {{"aria-label", "Pages"}}, out);
}

Html who(const Session& session)
{
    if (!session.role) return el("p", {cls("who")}, el("a", {href(Path("/login"))}, "Log in"));
    return el("form", {cls("who"), {"method", "post"}, action(Path("/logout"))}, proof_field(session),
              el("span", {}, session.may_edit() ? "may edit" : "may read"), " ", el("button", {cls("plain")}, "Log out"));
}

/// The same page with the same parameters at another time; "": now.
Url same_page(const Url& here, const Around& around, const std::string& at)
{
    Url out = here;
    for (const auto& [name, value] : around.request.query)
        if (name != "at") out = out.with(name, value);
    return out.with("at", at);
}

Html other_time(const Around& around)
{
    const auto here = Url::local(around.request.path);
    if (!here) return {};
    Html kept;
    for (const auto& [name, value] : around.request.query)
        if (name != "at") kept += el("input", {{"type", "hidden"}, {"name", name}, {"value", value}});
    return el("form", {cls("time"), action(*here)}, kept, el("label", {{"for", "at"}}, "As it was at (UTC)"), " ",
              el("input", {{"id", "at"}, {"name", "at"}, {"size", 24}, {"value", around.moment.past() ? around.moment.at : ""},
                           {"placeholder", to_string(around.moment.now - std::chrono::days(1)).substr(0, 19) + "Z"}, {"autocomplete", "off"}}),
              " ", el("button", {}, "Show"));
}

Html past_banner(const Around& around)
{
    const auto here = Url::local(around.request.path);
    const auto at = parse_instant(around.moment.at);
    if (!around.moment.past() || !here || !at) return {};
    const auto link = [&](std::chrono::days by, const char* words) {
        return el("a", {href(same_page(*here, around, to_string(*at + by)))}, words);
    };
    return el("p", {cls("past"), {"role", "status"}}, el("b", {}, "This is the past: "), "as it was at ", around.moment.at.substr(0, 19) + "Z. ",
              link(std::chrono::days(-1), "A day earlier"), " · ", link(std::chrono::days(1), "a day later"), " · ",
              el("a", {href(same_page(*here, around, ""))}, "Back to now"));
}

}  // namespace

std::string document(const Page& page, const Around& around)
{
    const Html body = el("body", page.sheet ? Attributes{cls("sheet")} : Attributes{},
        el("a", {cls("skip"), href(Url::here("main"))}, "To the content"),
        el("header", {}, el("a", {cls("brand"), href(Path("/"))}, "footing"), search_box(page.asked),
           navigation(around), who(around.session)),
        el("main", {{"id", "main"}}, past_banner(around), el("h1", {}, page.title), page.main),
        el("footer", {}, page.status == 200 ? other_time(around) : Html(),
           el("p", {}, "Press ", el("kbd", {}, "/"), " to search. Shown at ", to_string(around.moment.now).substr(0, 19), "Z.")));
    return Element::document(el("html", {{"lang", "en"}}, head(page.title), body)).markup();
}

Page login_page(const std::string& why, const std::string& next, int status)
{
    const auto back = Url::local(next);
    return {status, "Log in",
            all(el("p", {}, why),
                el("form", {cls("login"), {"method", "post"}, action(Path("/login"))},
                   el("input", {{"type", "hidden"}, {"name", "next"}, {"value", back ? back->text() : "/"}}),
                   el("label", {{"for", "token"}}, "Token"),
                   el("input", {{"id", "token"}, {"name", "token"}, {"type", "password"}, {"autocomplete", "current-password"},
                                {"required", true}, {"autofocus", true}, {"size", 40}}),
                   el("button", {}, "Log in")),
                el("p", {cls("soft")}, "An administrator makes one with ", el("code", {}, "footing-inventory token add --role read"),
                   "; with ", el("code", {}, "--role admin"), " it may also change things. The login lasts 12 hours."))};
}

Page error_page(int status, const std::string& detail, const std::optional<Url>& back)
{
    const char* title = status == 404 ? "Not found" : status == 403 ? "Not allowed" : status == 503 ? "Try again in a moment"
                        : status < 500 ? "That can't be done" : "Something went wrong here";
    return {status, title,
            all(el("p", {cls("lead")}, detail), el("p", {}, back ? all(el("a", {href(*back)}, "Back"), " · ") : Html(), el("a", {href(Path("/"))}, "All rooms"), " · HTTP status ", status))};
}

}  // namespace footing::inventory
