"""A first suite, from a running endpoint or an OpenAPI document: what is found becomes a Draft, which becomes YAML."""
