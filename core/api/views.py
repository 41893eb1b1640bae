"""What each view of /api/v1/ is: rate headers on every answer, and lists that say whose rows."""

from collections.abc import Iterable
from typing import Any

from rest_framework.exceptions import APIException
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.views import APIView

from core import audit
from core.api.pagination import IdCursorPagination
from core.api.throttle import Standing
from core.models import Practice


def practice_of(request: Request) -> Practice:
    """The practice of the caller's key."""
    token: Any = request.auth
    practice: Practice = token.practice
    return practice


class TooLarge(APIException):
    """More bytes than a request of this kind may have."""

    status_code = 413
    default_detail = "The body has more bytes than this request may have."


class ApiView(APIView):
    """One resource. A view names what each method needs: `scopes = {"GET": "claims:read"}`."""

    scopes: dict[str, str] = {}
    rate: Standing | None = None
    most_bytes = 1024 * 1024

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Key, scope and rate first, then the size, before anything is read."""
        super().initial(request, *args, **kwargs)
        length = str(request.META.get("CONTENT_LENGTH") or "0")
        if not length.isdigit() or int(length) > self.most_bytes:
            raise TooLarge

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Say how many calls are left in this minute."""
        answer = super().finalize_response(request, response, *args, **kwargs)
        for name, value in (self.rate.headers() if self.rate else {}).items():
            answer[name] = value
        return answer


class ApiListView(ApiView, GenericAPIView):
    """A list by cursor. `noun` is what it holds; `patients_of` says whose data the rows show.

    A subclass gives `rows()`, its `filter_class` checks the query string: what it does not know
    or cannot read is refused at its name, never passed over.
    """

    pagination_class = IdCursorPagination
    filter_class: type[BaseSerializer[Any]] | None = None
    noun = "rows"

    def rows(self, values: dict[str, Any]) -> Any:
        """The rows that `values`, the checked query string, asks for."""
        raise NotImplementedError

    def patients_of(self, rows: Iterable[Any]) -> Iterable[int | None]:
        """Whose data these rows show; nobody's by default."""
        return ()

    def prepared(self, rows: list[Any]) -> list[Any]:
        """The rows of one page with what their answer needs besides."""
        return rows

    def get_queryset(self) -> Any:
        """For the description of the API only: it names the model."""
        serializer: Any = self.get_serializer_class()
        return serializer.Meta.model.everywhere.none()

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Follow `next` until it is null."""
        values = self.query_of(request)
        shown = self.prepared(list(self.paginate_queryset(self.rows(values)) or ()))
        audit.read_many(
            self.patients_of(shown),
            action="api.read",
            note=f"{len(shown)} {self.noun}",
            practice=practice_of(request),
        )
        return self.get_paginated_response(self.get_serializer(shown, many=True).data)

    def query_of(self, request: Request) -> dict[str, Any]:
        """The query string as checked values. Raises ValidationError at each name at fault."""
        if self.filter_class is None:
            return {}
        given = self.filter_class(data=request.query_params.dict())
        given.is_valid(raise_exception=True)
        return dict(given.validated_data)
