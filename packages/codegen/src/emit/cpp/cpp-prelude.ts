// What every header has before the domain: includes, value types, Patch, Result and Page.

/** Names in namespace dbal that no entity gets. */
export const HELPERS: readonly string[] = [
  'Bytes',
  'Client',
  'Date',
  'DateTag',
  'Decimal',
  'DecimalTag',
  'Error',
  'ErrorCode',
  'FieldError',
  'Json',
  'JsonTag',
  'Page',
  'Patch',
  'Result',
  'Text',
  'Time',
  'TimeTag',
  'Timestamp',
  'default_message',
  'from_string',
  'http_status',
  'is_retryable',
  'to_string',
]

export const INCLUDES = `#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>
`

export const VALUES = `/// Text with a meaning of its own, kept apart from other text by its tag.
template <class Tag>
struct Text {
  std::string text;

  Text() = default;
  explicit Text(std::string value) : text(std::move(value)) {}

  friend bool operator==(const Text& a, const Text& b) { return a.text == b.text; }
  friend bool operator!=(const Text& a, const Text& b) { return a.text != b.text; }
};

/// An exact decimal, as on the wire: "12.50".
using Decimal = Text<struct DecimalTag>;
/// A day, YYYY-MM-DD.
using Date = Text<struct DateTag>;
/// A time of day, HH:MM:SS with an optional fraction.
using Time = Text<struct TimeTag>;
/// A JSON value as JSON text.
using Json = Text<struct JsonTag>;
/// A moment, in milliseconds, UTC.
using Timestamp = std::chrono::time_point<std::chrono::system_clock, std::chrono::milliseconds>;
using Bytes = std::vector<std::uint8_t>;

/// A change of a field that may be null: leave it (the default), set it to null, or set a value.
template <class T>
class Patch {
 public:
  Patch() = default;
  Patch(std::nullopt_t) : state_(std::in_place_index<1>) {}
  /// Anything that makes a T.
  template <class U, class = std::enable_if_t<std::is_constructible_v<T, U&&> &&
                                              !std::is_same_v<std::decay_t<U>, Patch> &&
                                              !std::is_same_v<std::decay_t<U>, std::nullopt_t>>>
  Patch(U&& value) : state_(std::in_place_index<2>, std::forward<U>(value)) {}

  static Patch null() { return Patch(std::nullopt); }

  bool is_absent() const noexcept { return state_.index() == 0; }
  bool is_null() const noexcept { return state_.index() == 1; }
  bool has_value() const noexcept { return state_.index() == 2; }
  /// Throws std::bad_variant_access without a value.
  const T& value() const { return std::get<2>(state_); }

 private:
  struct Absent {};
  struct Null {};
  std::variant<Absent, Null, T> state_;
};
`

export const RESULTS = `/// A problem with one field of the input.
struct FieldError {
  std::string field;
  std::string error;
};

/// Why an operation failed. Safe to show: it holds no values and nothing of the engine.
struct Error {
  ErrorCode code{};
  int http_status = 0;
  /// The catalogue's sentence.
  std::string message;
  /// The operation's own sentence.
  std::string reason;
  std::vector<FieldError> fields;
  bool retryable = false;
  std::string request_id;
};

/// A value, or why there is none.
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  bool ok() const noexcept { return state_.index() == 0; }
  explicit operator bool() const noexcept { return ok(); }

  /// Throws std::bad_variant_access when the operation failed.
  const T& value() const& { return std::get<0>(state_); }
  T&& value() && { return std::get<0>(std::move(state_)); }
  T value_or(T other) const { return ok() ? value() : std::move(other); }
  /// Throws std::bad_variant_access when the operation succeeded.
  const Error& error() const { return std::get<1>(state_); }

  /// The function's answer for the value; an error stays what it is.
  template <class F>
  auto map(F&& function) const -> Result<std::decay_t<std::invoke_result_t<F, const T&>>> {
    if (!ok()) return error();
    return std::forward<F>(function)(value());
  }

 private:
  std::variant<T, Error> state_;
};

/// One page of a list.
template <class T>
struct Page {
  std::vector<T> data;
  std::int32_t limit = 0;
  bool has_more = false;
  /// From 1; absent when a cursor was used.
  std::optional<std::int32_t> page;
  std::optional<std::string> next_cursor;
  /// Only when the call asked for a count.
  std::optional<std::int64_t> total;
};
`
