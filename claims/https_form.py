"""What an admin types to set up an HTTPS road."""

from typing import Any

from django import forms

from claims.choices import HttpsBody, HttpsSignIn, IdempotencySupport
from claims.models import HttpsRoad, TradingPartner
from claims.models.https_road import HEADER, MEMBER, PATH
from claims.transport.allow_list import HostNotAllowed, check_url

# What the road sets itself, and what an answer must not be asked to hold.
_TAKEN = frozenset({"content-type", "content-length", "host", "accept", "connection", "cookie"})
_SECRET = forms.PasswordInput(attrs={"autocomplete": "new-password"})
_KEEP = "Leave empty to keep the one there is. It is never shown."


class HttpsForm(forms.Form):
    """The address, how we sign in, in which form files go, and how a repetition is known."""

    endpoint_url = forms.URLField(
        label="Address", assume_scheme="https", help_text="What every path below is added to"
    )
    sign_in = forms.ChoiceField(
        label="We sign in by", choices=HttpsSignIn.choices, widget=forms.RadioSelect
    )
    api_key = forms.CharField(label="API key", required=False, widget=_SECRET, help_text=_KEEP)
    key_header = forms.CharField(label="Header of the key", max_length=40, validators=[HEADER])
    key_prefix = forms.CharField(
        label="Word before the key", max_length=20, required=False, help_text="Bearer, or nothing"
    )
    token_url = forms.URLField(
        label="Address for tokens", required=False, assume_scheme="https",
        help_text="OAuth2: the token endpoint of the partner",
    )  # fmt: skip
    client_id = forms.CharField(label="Client id", max_length=200, required=False)
    client_secret = forms.CharField(
        label="Client secret", required=False, widget=_SECRET, help_text=_KEEP
    )
    token_scope = forms.CharField(
        label="Scope", max_length=200, required=False, help_text="Only where the partner names one"
    )
    body = forms.ChoiceField(
        label="Files go as", choices=HttpsBody.choices, widget=forms.RadioSelect
    )
    body_member = forms.CharField(
        label="Name in the JSON", max_length=60, validators=[MEMBER],
        help_text="Where the X12 stands; the answers to questions, too",
    )  # fmt: skip
    claims_path = forms.CharField(label="Path for claims", max_length=200, validators=[PATH])
    status_path = forms.CharField(
        label="Path to ask what became of a file", max_length=200, required=False,
        validators=[PATH],
        help_text="With {key} or {number} for the interchange; empty where it cannot be asked",
    )  # fmt: skip
    questions_path = forms.CharField(
        label="Path for questions (270, 276)", max_length=200, required=False, validators=[PATH],
        help_text="Empty where it takes none",
    )  # fmt: skip
    idempotency = forms.ChoiceField(
        label="How it knows a file that comes twice", choices=IdempotencySupport.choices,
        widget=forms.RadioSelect,
        help_text="As the partner declares it. Where it does not, a file in doubt is asked for, and"
        " never sent again before a person or the partner has said that it is not there.",
    )  # fmt: skip
    idempotency_header = forms.CharField(
        label="Header of the idempotency key", max_length=40, required=False, validators=[HEADER]
    )
    key_hours = forms.IntegerField(
        label="It keeps keys for, hours", min_value=1, max_value=9999, required=False,
        help_text="Empty for as long as it keeps the file",
    )  # fmt: skip
    receipt_member = forms.CharField(
        label="Name of the receipt in its answer", max_length=60, required=False,
        validators=[MEMBER], help_text="Empty where it gives none",
    )  # fmt: skip

    def __init__(self, *args: Any, partner: TradingPartner, road: HttpsRoad, **kwargs: Any) -> None:
        self._partner, self._road = partner, road
        initial = {name: getattr(road, name, None) for name in self.base_fields}
        initial |= {"endpoint_url": partner.endpoint_url, "idempotency": partner.idempotency}
        kwargs["initial"] = initial
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        """Refuse at the field what a call would fail on later, with claims waiting."""
        cleaned = self.cleaned_data
        for name in ("endpoint_url", "token_url"):
            self._check_address(name)
        for name in ("key_header", "idempotency_header"):
            if str(cleaned.get(name, "")).lower() in _TAKEN:
                self.add_error(name, "This header has another meaning.")
        self._check_sign_in()
        self._check_idempotency()
        return cleaned

    def _check_address(self, name: str) -> None:
        if self.cleaned_data.get(name):
            try:
                check_url(self.cleaned_data[name])
            except HostNotAllowed as refusal:
                self.add_error(name, f"Not accepted: {refusal}.")

    def _check_sign_in(self) -> None:
        cleaned = self.cleaned_data
        if cleaned.get("sign_in") == HttpsSignIn.KEY:
            if not (cleaned.get("api_key") or self._partner.api_key_sealed):
                self.add_error("api_key", "Enter the key that the partner gave us.")
            return
        for name, words in (
            ("token_url", "Enter where tokens are asked for."),
            ("client_id", "Enter the client id that the partner gave us."),
        ):
            self._demand(name, bool(cleaned.get(name)), words)
        if not (cleaned.get("client_secret") or self._road.client_secret_sealed):
            self.add_error("client_secret", "Enter the client secret that the partner gave us.")

    def _check_idempotency(self) -> None:
        cleaned = self.cleaned_data
        way, path = cleaned.get("idempotency"), cleaned.get("status_path") or ""
        if way == IdempotencySupport.KEY:
            self._demand(
                "idempotency_header",
                bool(cleaned.get("idempotency_header")),
                "Say in which header it takes the key.",
            )
        if way == IdempotencySupport.NUMBER:
            self._demand(
                "status_path",
                "{number}" in path,
                "Say where it is asked, with {number} in the path.",
            )

    def _demand(self, name: str, met: bool, words: str) -> None:
        """One error at a field: what was typed there may be wrong in itself already."""
        if not met and name not in self.errors:
            self.add_error(name, words)
