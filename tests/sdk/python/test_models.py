"""GET /v1/models and /v1/models/{id}."""

import pytest
from openai import NotFoundError


def test_list_names_the_served_model(client, model):
    listed = client.models.list()
    assert listed.object == "list"
    assert model in [entry.id for entry in listed]
    assert all(entry.object == "model" and entry.owned_by and entry.created > 0 for entry in listed)


def test_retrieve(client, model):
    entry = client.models.retrieve(model)
    assert (entry.id, entry.object) == (model, "model")


@pytest.mark.parametrize("name", ["no-such-model", "org/no-such-model", "..%2F..%2Fetc%2Fpasswd"])
def test_unknown_model_is_not_found(client, name):
    with pytest.raises(NotFoundError) as caught:
        client.models.retrieve(name)
    assert caught.value.code == "model_not_found"
