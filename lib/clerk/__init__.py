"""Who is calling: verify the session tokens of one Clerk instance.

lib.manifest names `verifier` as the resource `clerk`; handlers reach it as request.user. Only the modules of lib.clerk
import PyJWT.
"""
