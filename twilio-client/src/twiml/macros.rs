//! The macros the elements are declared with.

/// Declares an element: its class and tag in the vendor's terms, what may stand in it, and its typed attributes. Each
/// setter takes anything that becomes the attribute's type.
macro_rules! twiml_element {
    ($(#[$doc:meta])* $name:ident = $tag:literal [$($child:ty),*] { $($body:tt)* }) => {
        twiml_element! { $(#[$doc])* $name = $tag as $tag [$($child),*] { $($body)* } }
    };
    (
        $(#[$doc:meta])*
        $name:ident = $class:literal as $tag:literal [$($child:ty),*] {
            $($(#[$attribute_doc:meta])* $setter:ident = $attribute:literal : $type:ty,)*
        }
    ) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct $name($crate::twiml::Element);

        impl $name {
            pub(in crate::twiml) const CLASS: &'static str = $class;

            pub(in crate::twiml) const SPEC: $crate::twiml::ElementSpec = $crate::twiml::ElementSpec {
                class: $class,
                tag: $tag,
                attributes: &[$($crate::twiml::AttributeSpec {
                    name: $attribute,
                    setter: stringify!($setter),
                    kind: <$type as $crate::twiml::AttributeText>::KIND,
                }),*],
                children: &[$(<$child>::CLASS),*],
            };

            $(
                $(#[$attribute_doc])*
                #[must_use]
                pub fn $setter(self, value: impl Into<$type>) -> Self {
                    Self($crate::twiml::AttributeText::put(value.into(), self.0, $attribute))
                }
            )*

            /// Any attribute, by its name in TwiML; a name given twice keeps the newer value.
            #[must_use]
            pub fn attribute(self, name: impl Into<std::borrow::Cow<'static, str>>, value: impl Into<String>) -> Self {
                Self(self.0.attribute(name, value))
            }

            /// Any element in this one, whether or not Twilio is known to allow it.
            #[must_use]
            pub fn element(self, element: $crate::twiml::Element) -> Self {
                Self(self.0.child(element))
            }

            /// A comment in this element.
            #[must_use]
            pub fn comment(self, text: impl Into<String>) -> Self {
                Self(self.0.comment(text))
            }

            #[allow(dead_code, reason = "elements that always have content begin with it")]
            fn empty() -> Self {
                Self($crate::twiml::Element::new($tag))
            }

            #[allow(dead_code, reason = "elements without text do not need it")]
            fn holding(text: impl Into<String>) -> Self {
                Self($crate::twiml::Element::new($tag).text(text))
            }
        }

        impl From<$name> for $crate::twiml::Element {
            fn from(value: $name) -> Self {
                value.0
            }
        }

        impl $crate::twiml::nest::Sealed for $name {}
        $(impl $crate::twiml::Within<$name> for $child {})*
        $crate::twiml::macros::container! { $name [$($child),*] }
    };
}

/// What has children takes them by `with`.
macro_rules! container {
    ($name:ident []) => {};
    ($name:ident [$($child:ty),+]) => {
        impl $name {
            /// Adds an element that Twilio allows here, after what is there.
            #[must_use]
            pub fn with(self, child: impl $crate::twiml::Within<$name>) -> Self {
                Self(self.0.child(child))
            }
        }
    };
}

/// Elements that begin empty.
macro_rules! begins_empty {
    ($($(#[$doc:meta])* $name:ident,)*) => {$(
        impl $name {
            $(#[$doc])*
            #[must_use]
            pub fn new() -> Self {
                Self::empty()
            }
        }

        impl Default for $name {
            fn default() -> Self {
                Self::new()
            }
        }
    )*};
}

/// Elements that take `<Parameter>`s.
macro_rules! takes_parameters {
    ($($name:ident),*) => {$(
        impl $name {
            /// Adds a `<Parameter>`; name and value together stay below 500 characters.
            #[must_use]
            pub fn parameter(self, name: &str, value: &str) -> Self {
                self.with($crate::twiml::Parameter::new(name, value))
            }
        }
    )*};
}

/// Elements with text that more text may follow.
macro_rules! takes_text {
    ($($name:ident),*) => {$(
        impl $name {
            /// Adds text after what is there.
            #[must_use]
            pub fn text(self, text: impl Into<String>) -> Self {
                Self(self.0.text(text))
            }
        }
    )*};
}

pub(super) use {begins_empty, container, takes_parameters, takes_text, twiml_element};
