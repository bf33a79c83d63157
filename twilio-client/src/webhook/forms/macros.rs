//! The macro every form is written with.

/// Declares a form: its parameters, an accessor for each, `Debug` without anything personal, and its entry in the table.
///
/// A line is `accessor: kind = "Parameter";`. Kinds: `text` (as it came, absent and empty told apart), `word(T)` (an open
/// enum), `parse(T)`, `number` (digits), `ratio` (a finite number), `seconds`, `millis`, `toggle`, `time`, `json`, `code`
/// (Twilio's error code, 0 being none). All but `text` are `None` when the value is missing, empty or unreadable. `, shown`
/// puts it into `Debug`, `, masked` does so masked.
///
/// A form has a SID of its own (`of call_sid: CallSid = "CallSid"`) or stands on another (`on VoiceRequest as voice`).
macro_rules! form {
    (
        $(#[$doc:meta])*
        $name:ident($title:literal) of $sid:ident: $sid_type:ident = $sid_parameter:literal {
            $($(#[$field_doc:meta])* $field:ident: $kind:ident $(($type:ty))? = $parameter:literal $(, $care:ident)?;)*
        }
        $(prefixes $($prefix:literal),+)?
    ) => {
        $(#[$doc])*
        ///
        #[doc = concat!("Required: `", $sid_parameter, "`. Everything that came is in [`params`](Self::params).")]
        #[derive(Clone, PartialEq, Eq)]
        pub struct $name {
            sid: $sid_type,
            params: $crate::webhook::Params,
        }

        impl $name {
            /// Takes parameters.
            ///
            /// # Errors
            #[doc = concat!("[`FormError`](crate::webhook::FormError) without a valid `", $sid_parameter, "`; nothing else is required.")]
            pub fn new(params: $crate::webhook::Params) -> Result<Self, $crate::webhook::FormError> {
                match params.parsed($sid_parameter) {
                    Some(sid) => Ok(Self { sid, params }),
                    None => Err($crate::webhook::FormError($sid_parameter)),
                }
            }

            $crate::webhook::forms::macros::form!(@sid $sid $sid_type $sid_parameter);

            /// Everything that came.
            #[must_use]
            pub fn params(&self) -> &$crate::webhook::Params {
                &self.params
            }

            /// The documented parameters that came and could be read.
            pub(super) fn read(&self) -> Vec<&'static str> {
                let mut read = vec![$sid_parameter];
                $(if self.$field().is_some() {
                    read.push($parameter);
                })*
                $($(if self.params().iter().any(|(name, _)| name.starts_with($prefix)) {
                    read.push($prefix);
                })+)?
                read
            }

            /// What is documented of this form.
            pub const INFO: $crate::webhook::FormInfo = $crate::webhook::FormInfo {
                name: $title,
                base: None,
                own: &[$sid_parameter, $($parameter,)* $($($prefix,)+)?],
                read: |params| Self::new(params.clone()).map(|form| form.read()),
            };
        }

        $crate::webhook::forms::macros::form!(@body $name {
            $($(#[$field_doc])* $field: $kind $(($type))? = $parameter $(, $care)?;)*
        });
    };
    (
        $(#[$doc:meta])*
        $name:ident($title:literal) on $base:ident as $part:ident {
            $($(#[$field_doc:meta])* $field:ident: $kind:ident $(($type:ty))? = $parameter:literal $(, $care:ident)?;)*
        }
        $(needs $needed:literal as $needed_type:ident)?
        $(prefixes $($prefix:literal),+)?
    ) => {
        $(#[$doc])*
        ///
        #[doc = concat!("What it shares with a [`", stringify!($base), "`] is in [`", stringify!($part), "`](Self::", stringify!($part), ").")]
        /// Everything that came is in [`params`](Self::params).
        #[derive(Clone, PartialEq, Eq)]
        pub struct $name($base);

        impl $name {
            /// Takes parameters.
            ///
            /// # Errors
            /// [`FormError`](crate::webhook::FormError) without a valid `CallSid`;
            $(#[doc = concat!("likewise for `", $needed, "`;")])?
            /// nothing else is required.
            pub fn new(params: $crate::webhook::Params) -> Result<Self, $crate::webhook::FormError> {
                $(if params.parsed::<$needed_type>($needed).is_none() {
                    return Err($crate::webhook::FormError($needed));
                })?
                $base::new(params).map(Self)
            }

            #[doc = concat!("What it shares with a [`", stringify!($base), "`].")]
            #[must_use]
            pub fn $part(&self) -> &$base {
                &self.0
            }

            /// The call.
            #[must_use]
            pub fn call_sid(&self) -> voice_core::ident::CallSid {
                self.0.call_sid()
            }

            /// The account.
            #[must_use]
            pub fn account_sid(&self) -> Option<voice_core::ident::AccountSid> {
                self.0.account_sid()
            }

            /// Everything that came.
            #[must_use]
            pub fn params(&self) -> &$crate::webhook::Params {
                self.0.params()
            }

            /// The documented parameters that came and could be read.
            pub(super) fn read(&self) -> Vec<&'static str> {
                let mut read = self.0.read();
                let own: &[Option<&'static str>] =
                    &[$(self.$field().is_some().then_some($parameter)),*];
                read.extend(own.iter().flatten());
                $($(if self.params().iter().any(|(name, _)| name.starts_with($prefix)) {
                    read.push($prefix);
                })+)?
                read
            }

            /// What is documented of this form.
            pub const INFO: $crate::webhook::FormInfo = $crate::webhook::FormInfo {
                name: $title,
                base: Some(&$base::INFO),
                own: &[$($parameter,)* $($($prefix,)+)?],
                read: |params| Self::new(params.clone()).map(|form| form.read()),
            };
        }

        impl $name {
            fn sid(&self) -> voice_core::ident::CallSid {
                self.0.call_sid()
            }
        }

        $crate::webhook::forms::macros::form!(@body $name {
            $($(#[$field_doc])* $field: $kind $(($type))? = $parameter $(, $care)?;)*
        });
    };
    (@body $name:ident {
        $($(#[$field_doc:meta])* $field:ident: $kind:ident $(($type:ty))? = $parameter:literal $(, $care:ident)?;)*
    }) => {
        impl $name {
            /// Reads a webhook whose signature was checked: its form, or its query when it has none.
            ///
            /// # Errors
            /// As for [`new`](Self::new).
            pub fn from_request(
                request: &voice_core::webhook::WebhookRequest<'_>,
            ) -> Result<Self, $crate::webhook::FormError> {
                Self::new($crate::webhook::Params::from_request(request))
            }

            $($crate::webhook::forms::macros::form!(@get [
                $(#[$field_doc])*
                ///
                #[doc = concat!("From `", $parameter, "`.")]
                #[must_use]
            ] $field $kind ($($type)?) $parameter);)*
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                let mut shown = f.debug_struct(stringify!($name));
                shown.field("sid", &self.sid());
                $($($crate::webhook::forms::macros::form!(@show shown self $field $care);)?)*
                shown.field("params", self.params()).finish()
            }
        }
    };
    (@sid $sid:ident String $parameter:literal) => {
        #[doc = concat!("What it is about: `", $parameter, "`.")]
        #[must_use]
        pub fn $sid(&self) -> &str {
            &self.sid
        }

        fn sid(&self) -> &str {
            &self.sid
        }
    };
    (@sid $sid:ident $type:ident $parameter:literal) => {
        #[doc = concat!("What it is about: `", $parameter, "`.")]
        #[must_use]
        pub fn $sid(&self) -> $type {
            self.sid
        }

        fn sid(&self) -> $type {
            self.sid
        }
    };
    (@get [$($meta:tt)*] $field:ident text () $parameter:literal) => {
        $($meta)*
        pub fn $field(&self) -> Option<&str> {
            self.params().get($parameter)
        }
    };
    (@get [$($meta:tt)*] $field:ident word ($type:ty) $parameter:literal) => {
        $($meta)*
        pub fn $field(&self) -> Option<$type> {
            self.params().filled($parameter).map(<$type>::from_word)
        }
    };
    (@get [$($meta:tt)*] $field:ident parse ($type:ty) $parameter:literal) => {
        $($meta)*
        pub fn $field(&self) -> Option<$type> {
            self.params().parsed($parameter)
        }
    };
    (@get [$($meta:tt)*] $field:ident number () $parameter:literal) => {
        $($meta)*
        pub fn $field(&self) -> Option<u64> {
            self.params().number($parameter)
        }
    };
    (@get [$($meta:tt)*] $field:ident ratio () $parameter:literal) => {
        $($meta)*
        pub fn $field(&self) -> Option<f64> {
            self.params().parsed($parameter).filter(|ratio: &f64| ratio.is_finite())
        }
    };
    (@get [$($meta:tt)*] $field:ident seconds () $parameter:literal) => {
        $($meta)*
        pub fn $field(&self) -> Option<std::time::Duration> {
            self.params().number($parameter).map(std::time::Duration::from_secs)
        }
    };
    (@get [$($meta:tt)*] $field:ident millis () $parameter:literal) => {
        $($meta)*
        pub fn $field(&self) -> Option<std::time::Duration> {
            self.params().number($parameter).map(std::time::Duration::from_millis)
        }
    };
    (@get [$($meta:tt)*] $field:ident toggle () $parameter:literal) => {
        $($meta)*
        pub fn $field(&self) -> Option<$crate::types::Toggle> {
            self.params().toggle($parameter)
        }
    };
    (@get [$($meta:tt)*] $field:ident time () $parameter:literal) => {
        $($meta)*
        pub fn $field(&self) -> Option<$crate::types::ApiTime> {
            self.params().filled($parameter).map($crate::types::ApiTime::new)
        }
    };
    (@get [$($meta:tt)*] $field:ident json () $parameter:literal) => {
        $($meta)*
        pub fn $field(&self) -> Option<serde_json::Value> {
            serde_json::from_str(self.params().filled($parameter)?).ok()
        }
    };
    (@get [$($meta:tt)*] $field:ident code () $parameter:literal) => {
        $($meta)*
        pub fn $field(&self) -> Option<$crate::error::ErrorCode> {
            self.params().error_code($parameter)
        }
    };
    (@show $shown:ident $self:ident $field:ident shown) => {
        if let Some(value) = $self.$field() {
            $shown.field(stringify!($field), $crate::webhook::forms::show::Show::show(&value));
        }
    };
    (@show $shown:ident $self:ident $field:ident masked) => {
        if let Some(value) = $self.$field() {
            $shown.field(stringify!($field), &$crate::types::Masked(value));
        }
    };
}

pub(super) use form;
