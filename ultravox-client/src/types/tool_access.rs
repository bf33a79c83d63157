//! What must be given to use a tool.

use std::collections::BTreeMap;

model! {
    /// What must be given to use a tool.
    plain ToolRequirements {
        /// Credentials for an HTTP tool.
        http_security_options: SecurityOptions => "httpSecurityOptions",
        /// Parameters that must be overridden with a fixed value.
        required_parameter_overrides: Vec<String> => "requiredParameterOverrides",
    }
}

model! {
    /// Ways to authenticate, of which one must be met.
    plain SecurityOptions {
        /// The ways, best first.
        options: Vec<SecurityRequirements> => "options",
    }
}

model! {
    /// One way to authenticate: all of it must be met.
    plain SecurityRequirements {
        /// What must be given, by name.
        requirements: BTreeMap<String, SecurityRequirement> => "requirements",
        /// A token that Ultravox makes for the call.
        ultravox_call_token_requirement: CallTokenRequirement => "ultravoxCallTokenRequirement",
    }
}

one_of! {
    /// One credential.
    SecurityRequirement {
        /// A key in the query.
        QueryApiKey(ApiKeyRequirement) => "queryApiKey",
        /// A key in a header.
        HeaderApiKey(ApiKeyRequirement) => "headerApiKey",
        /// The `Authorization` header.
        HttpAuth(HttpAuthRequirement) => "httpAuth",
    }
}

model! {
    /// A key in the query or in a header.
    plain ApiKeyRequirement {
        /// The parameter's or header's name.
        name: String => "name",
    }
}

model! {
    /// The `Authorization` header.
    plain HttpAuthRequirement {
        /// The scheme, such as `Bearer`.
        scheme: String => "scheme",
    }
}

model! {
    /// A token in `X-Ultravox-Call-Token`, which only Ultravox can verify and which dies with the call.
    plain CallTokenRequirement {
        /// What it must allow.
        scopes: Vec<String> => "scopes",
    }
}
