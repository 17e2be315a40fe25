"""What every answer of the server tells the browser to forbid, whatever the page may hold."""

from functools import cache

# The frames of Streamlit Community Cloud; `client.allowedOrigins` has the same.
CLOUD_FRAMES = ("https://*.streamlit.app", "https://share.streamlit.io")
# Streamlit's index.html has one script inline, which is allowed by what it is.
INLINE_SCRIPT = "sha256-THxz9J9+wf7rhwR2YkXJoSZ13UCmYyC+3lNDv2+8ugA="

_POLICY = {
    "default-src": "'self'",
    # Charts need no eval: Streamlit draws them by Vega's interpreter. The script that runs a
    # component (lib/ui/component.js) comes by the websocket and becomes a blob.
    "script-src": f"'self' blob: '{INLINE_SCRIPT}'",
    # Streamlit and Vega write styles into the page as they draw it.
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data: blob:",
    "font-src": "'self' data:",
    "connect-src": "'self'",
    "worker-src": "'self' blob:",
    "frame-src": "'self' blob:",
    "object-src": "'none'",
    "base-uri": "'self'",
    "form-action": "'self'",
}
_FEATURES = ("camera", "geolocation", "microphone", "payment", "usb")
_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    # Addresses hold the filter and the patient that is looked at.
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in _FEATURES),
}


@cache
def security_headers(*, is_public: bool, is_made_of_data: bool) -> tuple[tuple[bytes, bytes], ...]:
    """The headers of an answer, as ASGI has them.

    Parameters
    ----------
    is_public
        Whether the server has nothing but published and synthetic data: then the frames of
        Community Cloud may show it. Elsewhere nobody's may: anybody can have a page there.
    is_made_of_data
        Whether the answer is a file made of data, which no browser is to keep.
    """
    frames = " ".join(("'self'", *CLOUD_FRAMES)) if is_public else "'self'"
    policy = _POLICY | {"frame-ancestors": frames}
    headers = _ALWAYS | {
        "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in policy.items())
    }
    if is_made_of_data:
        headers["Cache-Control"] = "no-store"
    return tuple((name.lower().encode(), value.encode()) for name, value in headers.items())
