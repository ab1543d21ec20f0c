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

Html navigation(const std::string& path)
{
    Html out;
    const auto entry = [&](Path to, const char* word) {
        const bool here = path == to.text();
        out += el("a", here ? Attributes{href(to), {"aria-current", "page"}} : Attributes{href(to)}, word);
    };
    entry("/", "Rooms");
    entry("/conflicts", "Conflicts");
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

Html other_time(const Moment& moment, const std::string& path)
{
    const auto here = Url::local(path);
    if (!here) return {};
    return el("form", {cls("time"), action(*here)}, el("label", {{"for", "at"}}, "As it was at (UTC)"), " ",
              el("input", {{"id", "at"}, {"name", "at"}, {"size", 22}, {"value", moment.past() ? moment.at : ""},
                           {"placeholder", "2026-10-01T12:00:00Z"}, {"autocomplete", "off"}}),
              " ", el("button", {}, "Show"), moment.past() ? all(" ", el("a", {href(*here)}, "now")) : Html());
}

}  // namespace

std::string document(const Page& page, const Session& session, const Moment& moment, const std::string& path)
{
    Html past;
    if (moment.past()) past = el("p", {cls("past"), {"role", "status"}}, "This is the past: as it was at ", moment.at, ".");
    const Html body = el("body", page.sheet ? Attributes{cls("sheet")} : Attributes{},
        el("a", {cls("skip"), href(Url::here("main"))}, "To the content"),
        el("header", {}, el("a", {cls("brand"), href(Path("/"))}, "footing"), search_box(page.asked),
           navigation(path), who(session)),
        el("main", {{"id", "main"}}, past, el("h1", {}, page.title), page.main),
        el("footer", {}, page.status == 200 ? other_time(moment, path) : Html(),
           el("p", {}, "Press ", el("kbd", {}, "/"), " to search. Shown at ", to_string(moment.now).substr(0, 19), "Z.")));
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

Page error_page(int status, const std::string& detail)
{
    const char* title = status == 404 ? "Not found" : status == 403 ? "Not allowed" : status == 503 ? "Try again in a moment"
                        : status < 500 ? "That can't be done" : "Something went wrong here";
    return {status, title,
            all(el("p", {cls("lead")}, detail), el("p", {}, el("a", {href(Path("/"))}, "All rooms"), " · HTTP status ", status))};
}

}  // namespace footing::inventory
