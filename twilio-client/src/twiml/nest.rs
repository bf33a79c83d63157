//! What may stand where, and the table of all elements.

use super::Element;

/// Keeps [`Within`] to this crate's elements.
pub trait Sealed {}

/// An element that Twilio allows in `Parent`; the wrong one does not compile.
///
/// [`Element`], the escape hatch, may stand anywhere.
///
/// ```
/// use twilio_client::twiml::{Gather, Response, Say};
///
/// let asks = Gather::new().with(Say::new("Press a key."));
/// assert!(Response::new().with(asks).to_twiml().is_ok());
/// # Ok::<(), twilio_client::twiml::TwimlError>(())
/// ```
///
/// ```compile_fail
/// use twilio_client::twiml::{Gather, Hangup};
///
/// let wrong = Gather::new().with(Hangup::new()); // error 13320 at Twilio
/// ```
#[diagnostic::on_unimplemented(
    message = "Twilio does not allow `{Self}` in `{Parent}`",
    label = "not allowed here",
    note = "an `Element` may stand anywhere, should Twilio allow it by now"
)]
pub trait Within<Parent>: Into<Element> + Sealed {}

impl Sealed for Element {}
impl<Parent> Within<Parent> for Element {}

/// An element this crate has: what Twilio calls it, its typed attributes, and what may stand in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct ElementSpec {
    /// The name the vendor's own libraries use, such as `SsmlBreak`. Unique.
    pub class: &'static str,
    /// The name in the document, such as `break`. `Sip` is there twice: in Dial and in Refer.
    pub tag: &'static str,
    /// The attributes with a typed setter.
    pub attributes: &'static [AttributeSpec],
    /// The classes of the elements that may stand in it.
    pub children: &'static [&'static str],
}

/// An attribute with a typed setter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct AttributeSpec {
    /// Its name in the document, such as `statusCallback`.
    pub name: &'static str,
    /// The method that sets it, such as `status_callback`.
    pub setter: &'static str,
    /// What it holds.
    pub kind: AttributeKind,
}

/// What an attribute holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum AttributeKind {
    /// Any text.
    Text,
    /// A URL, perhaps relative.
    Url,
    /// `true` or `false`.
    Flag,
    /// A whole number.
    Count,
    /// Whole numbers, joined by one blank.
    Counts,
    /// A number with a fraction.
    Fraction,
    /// A duration in whole seconds.
    Seconds,
    /// A duration in whole milliseconds.
    Milliseconds,
    /// A word: one of these, or one this version does not know.
    Word(&'static [&'static str]),
    /// Such words, joined by one blank.
    Words(&'static [&'static str]),
}
