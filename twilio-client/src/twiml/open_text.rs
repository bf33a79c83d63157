//! Texts with so many known values that an enum of them would be no help.

/// Declares a text with constants for its known values; any other text is kept.
macro_rules! open_text {
    ($(#[$doc:meta])* $name:ident { $($constant:ident = $word:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        pub struct $name(std::borrow::Cow<'static, str>);

        impl $name {
            $(
                #[doc = concat!("`", $word, "`.")]
                pub const $constant: Self = Self(std::borrow::Cow::Borrowed($word));
            )*

            /// The constants' texts.
            pub const KNOWN: &'static [&'static str] = &[$($word),*];

            /// The text, as it is written.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(std::borrow::Cow::Owned(text.to_owned()))
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self(std::borrow::Cow::Owned(text))
            }
        }

        impl $crate::twiml::AttributeText for $name {
            const KIND: $crate::twiml::AttributeKind = $crate::twiml::AttributeKind::Word(Self::KNOWN);

            fn into_text(self) -> std::borrow::Cow<'static, str> {
                self.0
            }
        }
    };
}

pub(super) use open_text;
