"""What the API shows of patients and encounters."""

from rest_framework import serializers

from patients.models import Appointment, Encounter, Patient


class PatientOutput(serializers.ModelSerializer):
    id = serializers.UUIDField(source="public_id")

    class Meta:
        model = Patient
        fields = [
            "id", "mrn", "first_name", "middle_name", "last_name", "suffix", "birth_date", "sex",
            "address_line1", "address_line2", "city", "state_code", "zip_code", "phone", "email",
            "deceased_on", "insurance_balance_amount", "patient_balance_amount",
        ]  # fmt: skip


class EncounterOutput(serializers.ModelSerializer):
    id = serializers.UUIDField(source="public_id")
    patient_id = serializers.UUIDField(source="patient.public_id")
    patient_mrn = serializers.CharField(source="patient.mrn")
    rendering_provider_npi = serializers.CharField(source="rendering_provider.npi")
    billing_provider_npi = serializers.CharField(source="billing_provider.npi")
    facility = serializers.CharField(source="facility.name")

    class Meta:
        model = Encounter
        fields = [
            "id", "number", "patient_id", "patient_mrn", "service_date_from", "service_date_to",
            "rendering_provider_npi", "billing_provider_npi", "facility", "place_of_service_code",
            "visit_kind", "external_number", "source", "recorded_at",
        ]  # fmt: skip


class AppointmentOutput(serializers.ModelSerializer):
    id = serializers.UUIDField(source="public_id")
    patient_id = serializers.UUIDField(source="patient.public_id")
    patient_mrn = serializers.CharField(source="patient.mrn")
    provider_npi = serializers.CharField(source="provider.npi")
    facility = serializers.CharField(source="facility.name")
    encounter_id = serializers.UUIDField(source="encounter.public_id", default=None)

    class Meta:
        model = Appointment
        fields = [
            "id", "patient_id", "patient_mrn", "provider_npi", "facility", "starts_at", "minutes",
            "visit_kind", "reason", "state", "encounter_id", "external_number", "source",
            "booked_at",
        ]  # fmt: skip
