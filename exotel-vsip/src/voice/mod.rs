//! Voice v1: calls between two numbers or to a flow, their details and lists, number metadata and balance.
