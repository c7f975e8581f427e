"""The description of the API in OpenAPI, generated from the code that answers.

What a route takes and returns is declared at the route (`exohabit.service.operation`).
"""
