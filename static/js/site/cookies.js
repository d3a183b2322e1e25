// Choices that the server renders are kept in cookies.
const YEAR_SECONDS = 31_536_000;

export function keep(name, value) {
  document.cookie = `${name}=${value}; path=/; max-age=${YEAR_SECONDS}; samesite=lax`;
}
