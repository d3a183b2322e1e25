"""Make a Python source small and quick to start: without types, docstrings and what only types need. Pure: no IO."""

import ast
from threading import Lock

# Python 3.11 counts the depth of all threads' trees together and fails when two of them make one at a time.
_PARSING = Lock()
_ONLY_FOR_TYPES = {"typing", "collections.abc"}


def slim(source: str) -> str:
    """Return the same program without annotations and docstrings, and without importing modules for annotations."""
    with _PARSING:
        tree = ast.parse(source)
    return ast.unparse(ast.fix_missing_locations(_Slimmer().visit(tree)))


class _Slimmer(ast.NodeTransformer):
    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.AST | None:
        return None if node.module in _ONLY_FOR_TYPES else node

    def visit_Expr(self, node: ast.Expr) -> ast.AST:
        is_text = isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        return ast.Pass() if is_text else node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        self.generic_visit(node)
        return ast.Assign(targets=[node.target], value=node.value) if node.value else ast.Pass()

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        self.generic_visit(node)
        node.returns = None
        return node

    def visit_arg(self, node: ast.arg) -> ast.arg:
        node.annotation = None
        return node

    def visit_Assign(self, node: ast.Assign) -> ast.AST:
        """Drop aliases of types (`Spec = Mapping[…]`): what they are made of is not imported."""
        self.generic_visit(node)
        is_alias = isinstance(node.value, ast.Subscript) and isinstance(node.value.value, ast.Name)
        target = node.targets[0]
        is_type = isinstance(target, ast.Name) and target.id[0].isupper() and not target.id.isupper()
        return ast.Pass() if is_alias and is_type else node
