"""What coders ask providers, and what providers answer."""

from collections.abc import Sequence
from typing import Any

from django import forms

from coding.choices import QueryTopic
from core.forms import DateField


class AskForm(forms.Form):
    """A question with the answers to choose from. Whether it leads is the service's to say."""

    topic = forms.ChoiceField(choices=QueryTopic.choices, widget=forms.HiddenInput)
    text = forms.CharField(
        label="Question",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="The note's own words stand in place of the brackets",
        error_messages={"required": "Write the question."},
    )
    options = forms.CharField(
        label="Answers to choose from",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="One a line. “Other” and “Unable to determine” are always offered",
        error_messages={"required": "Offer at least two different answers."},
    )
    due_on = DateField(label="Answer by")


class AnswerForm(forms.Form):
    """One of the answers, with a comment where it needs one."""

    answer = forms.ChoiceField(
        label="Your answer",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose one of the answers."},
    )
    comment = forms.CharField(
        label="Comment",
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Stands in the record with your answer",
    )

    def __init__(self, *args: Any, options: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["answer"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type checker
        field.choices = [(one, one) for one in options]
