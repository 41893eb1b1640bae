"""A small API for tests: notes as rows to list and make."""

from typing import Any

from django.urls import include, path
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core import access
from core.access import PUBLIC
from core.api.idempotency import idempotent
from core.api.pagination import IdCursorPagination
from core.api.views import ApiView
from core.errors import ApplicationError, Conflict, NotAllowed, NotFound
from core.models import Note
from core.tenancy import current_practice_id
from core.views import errors

access.register(
    "test-api", dict.fromkeys(("api-notes", "api-broken", "api-closed", "api-limited"), PUBLIC)
)


class NoteSerializer(serializers.ModelSerializer):
    text = serializers.CharField(max_length=20)

    class Meta:
        model = Note
        fields = ("public_id", "text")
        read_only_fields = ("public_id",)


class Notes(ListAPIView):
    """List and make notes."""

    scopes = {"GET": "notes:read", "POST": "notes:write"}
    serializer_class = NoteSerializer
    pagination_class = IdCursorPagination

    def get_queryset(self) -> Any:
        return Note.objects.all()

    @idempotent
    def post(self, request: Request) -> Response:
        form = NoteSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        text = form.validated_data["text"]
        if text == "refused":
            raise ApplicationError("Refused", field="text", code="no")
        row = Note.objects.create(
            practice_id=current_practice_id(), subject_kind="core.practice", subject_id=1, text=text
        )
        headers = {"Location": f"/api/v1/notes/{row.public_id}"}
        return Response(NoteSerializer(row).data, status=201, headers=headers)


class Broken(APIView):
    """Raises what is asked for."""

    scopes = {"GET": "notes:read"}

    def get(self, request: Request) -> Response:
        kinds = {"no": NotAllowed, "gone": NotFound, "both": Conflict, "bad": ApplicationError}
        if request.GET["kind"] == "crash":
            raise RuntimeError("Jane Testpatient")
        raise kinds[request.GET["kind"]]("In words", field="date")


class Limited(ApiView):
    """As the views of the apps are: with a rate, a size and strict JSON."""

    scopes = {"GET": "notes:read", "POST": "notes:write"}

    def get(self, request: Request) -> Response:
        return Response({})

    @idempotent
    def post(self, request: Request) -> Response:
        return Response(request.data, status=201)


class Closed(APIView):
    """Names no scope, so nobody may use it."""

    def get(self, request: Request) -> Response:
        return Response({})


urlpatterns = [
    path("api/v1/", include("core.api.urls")),
    path("api/v1/notes", Notes.as_view(), name="api-notes"),
    path("api/v1/broken", Broken.as_view(), name="api-broken"),
    path("api/v1/limited", Limited.as_view(), name="api-limited"),
    path("api/v1/closed", Closed.as_view(), name="api-closed"),
]
handler500 = errors.server_error
