"""Texts that a page which writes HTML would run."""

PAYLOADS = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<iframe src=javascript:alert(1)>",
    "<body onload=alert(1)>",
    "<a href=javascript:alert(1)>x</a>",
    "javascript:alert(1)",
    '"><script>alert(1)</script>',
    "'><img src=x onerror=alert(1)>",
    '" onmouseover="alert(1)',
    "' autofocus onfocus='alert(1)",
    "</title><script>alert(1)</script>",
    "</textarea><script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "<details open ontoggle=alert(1)>",
    "<style>@import 'http://evil.example/x.css'</style>",
    "<link rel=stylesheet href=http://evil.example/x.css>",
    "<img src=http://evil.example/x.png>",
    "<base href=http://evil.example/>",
    "<meta http-equiv=refresh content=0;url=http://evil.example/>",
    "{{7*7}}{% print(1) %}${7*7}",
    "&lt;img src=x onerror=alert(1)&gt;",
    "<math><mi xlink:href=javascript:alert(1)>x</mi></math>",
    "\u202e<b>right to left</b>\u2028new line",
)
MADE = ":is(script, img, iframe, base, style, link, meta, math, [onload], [onerror])"
"""What a payload would have made, in the part of a page that shows it."""
MORE_MADE = f"{MADE[:-1]}, svg)"
"""The same where a page has no drawing of its own."""
