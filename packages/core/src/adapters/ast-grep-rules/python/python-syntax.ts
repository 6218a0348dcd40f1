import type { NapiConfig } from '@ast-grep/napi'
import { insideAny } from '../relations.ts'

export type Rule = NapiConfig['rule']

/** An import of one of these modules or of something in them, under whatever name. */
export function importOf(modules: string): Rule {
  const name = `^(?:${modules})(?:\\.[\\w.]+)?$`
  return {
    any: [
      { kind: 'import_statement', any: [{ has: { field: 'name', kind: 'dotted_name', regex: name } }, { has: { field: 'name', kind: 'aliased_import', has: { field: 'name', regex: name } } }] },
      { kind: 'import_from_statement', has: { field: 'module_name', regex: name } },
    ],
  }
}

/** Names taken from a module, but for these. */
export function importedFrom(module: string, harmless: string): Rule {
  return {
    kind: 'import_from_statement',
    all: [
      { has: { field: 'module_name', regex: `^(?:${module})$` } },
      {
        any: [
          { has: { field: 'name', kind: 'dotted_name', not: { regex: `^(?:${harmless})$` } } },
          { has: { field: 'name', kind: 'aliased_import', not: { has: { field: 'name', regex: `^(?:${harmless})$` } } } },
          { has: { kind: 'wildcard_import' } },
        ],
      },
    ],
  }
}

export function attribute(object: string, name: string): Rule {
  return { kind: 'attribute', all: [{ has: { field: 'object', regex: `^(?:${object})$` } }, { has: { field: 'attribute', regex: `^(?:${name})$` } }] }
}

export function attributeBut(object: string, name: string): Rule {
  return { kind: 'attribute', all: [{ has: { field: 'object', kind: 'identifier', regex: `^(?:${object})$` } }, { not: { has: { field: 'attribute', regex: `^(?:${name})$` } } }] }
}

/** A name that is read: called, handed on, aliased; not one that is given, nor the name behind a dot. */
export function usedName(names: string): Rule {
  return {
    kind: 'identifier',
    regex: `^(?:${names})$`,
    not: {
      any: [
        { inside: { kind: 'attribute', field: 'attribute' } }, { inside: { kind: 'keyword_argument', field: 'name' } }, { inside: { kind: 'function_definition', field: 'name' } },
        { inside: { kind: 'class_definition', field: 'name' } }, { inside: { kind: 'parameters' } }, { inside: { kind: 'lambda_parameters' } }, { inside: { kind: 'default_parameter', field: 'name' } },
        { inside: { kind: 'typed_parameter' } }, { inside: { kind: 'typed_default_parameter', field: 'name' } }, { inside: { kind: 'dotted_name' } }, { inside: { kind: 'assignment', field: 'left' } },
      ],
    },
  }
}

/** A module used as a value and not as `module.name`. */
export function moduleAsValue(names: string): Rule {
  return { all: [usedName(names), { not: { any: [{ inside: { kind: 'attribute', field: 'object' } }, { inside: { kind: 'for_statement', field: 'left' } }, { inside: { kind: 'for_in_clause', field: 'left' } }] } }] }
}

/** A place that something is stored to. */
export function storedTo(regex: string): Rule {
  return {
    any: [{ kind: 'attribute' }, { kind: 'subscript' }],
    regex,
    all: [insideAny({ kind: 'assignment', field: 'left' }, { kind: 'augmented_assignment', field: 'left' }, { kind: 'pattern_list' }, { kind: 'tuple_pattern' }, { kind: 'delete_statement' }, { kind: 'for_statement', field: 'left' }, { kind: 'as_pattern_target' }, { kind: 'with_item' }, { kind: 'expression_list' })],
  }
}

export function callOf(functions: string): Rule {
  return { kind: 'call', has: { field: 'function', regex: functions } }
}

/** The first argument of a call of one of these functions. In this order: the place among many siblings is counted last, and for few. */
export function firstArgument(functions: string, argument: string): Rule {
  return { all: [{ inside: { kind: 'argument_list', inside: { kind: 'call', has: { field: 'function', regex: functions } } } }, { regex: argument }, { nthChild: 1 }] }
}

/** A class or function of this name. */
export function definitionOf(names: string): Rule {
  return { any: [{ kind: 'function_definition' }, { kind: 'class_definition' }], has: { field: 'name', regex: `^(?:${names})$` } }
}
