import { ZenEngine } from '@gorules/zen-engine';
import { evaluate, parse } from 'cel-js';
import jsonLogic from 'json-logic-js';
import { Engine } from 'json-rules-engine';
import { z } from 'zod';
import { decideBasket, type Basket, type FlatFacts } from './baskets.ts';
import { ORDERED_RULES, type Comparison } from './rules.ts';

/** A way to decide a basket. The answer is `accept` or the code of the refusal. */
export interface RuleEngine {
  readonly name: string;
  /** What it can tell a cashier beyond the code, as this benchmark found it. */
  readonly explains: string;
  readonly decide: (basket: Basket, facts: FlatFacts) => string | Promise<string>;
}

const ACCEPT = 'accept';

const own: RuleEngine = {
  name: 'decide()',
  explains:
    'code, and its parameters for the message (what is missing, since when, which band fits), discount and payable',
  decide: (basket) => {
    const decision = decideBasket(basket);
    return decision.verdict === 'accept' ? ACCEPT : decision.code;
  },
};

const JRE_OPERATORS = {
  '==': 'equal',
  '!=': 'notEqual',
  '<': 'lessThan',
  '<=': 'lessThanInclusive',
  '>': 'greaterThan',
  '>=': 'greaterThanInclusive',
} as const;

function jsonRulesEngine(): RuleEngine {
  const engine = new Engine();
  ORDERED_RULES.forEach(({ code, all }, nth) => {
    engine.addRule({
      priority: ORDERED_RULES.length - nth,
      conditions: {
        all: all.map(({ fact, is, value }) => ({ fact, operator: JRE_OPERATORS[is], value })),
      },
      event: { type: code },
      onSuccess: () => engine.stop(),
    });
  });
  return {
    name: 'json-rules-engine',
    explains:
      'every condition with its fact and result (its result objects); parameters only as the author copies them in',
    decide: async (_, facts) => {
      const { events } = await engine.run({ ...facts });
      return events[0]?.type ?? ACCEPT;
    },
  };
}

function jsonLogicEngine(): RuleEngine {
  const side = (value: Comparison['value']): unknown =>
    typeof value === 'object' ? { var: value.fact } : value;
  const chain = ORDERED_RULES.flatMap(({ code, all }) => [
    { and: all.map(({ fact, is, value }) => ({ [is === '==' ? '===' : is]: [{ var: fact }, side(value)] })) },
    code,
  ]);
  const rule = { if: [...chain, ACCEPT] };
  return {
    name: 'json-logic-js',
    explains: 'the value alone',
    decide: (_, facts) => z.string().parse(jsonLogic.apply(rule as never, facts)),
  };
}

function expression({ fact, is, value }: Comparison): string {
  return `${fact} ${is} ${typeof value === 'object' ? value.fact : JSON.stringify(value)}`;
}

function cel(): RuleEngine {
  const text = ORDERED_RULES.reduceRight(
    (rest, { code, all }) => `(${all.map(expression).join(' && ')}) ? "${code}" : (${rest})`,
    `"${ACCEPT}"`,
  );
  const parsed = parse(text);
  if (!parsed.isSuccess) throw new Error(`cel-js can't read the rules: ${parsed.errors.join()}`);
  return {
    name: 'cel-js',
    explains: 'the value alone',
    decide: (_, facts) => z.string().parse(evaluate(parsed.cst, { ...facts })),
  };
}

function zen(): RuleEngine {
  const content = {
    nodes: [
      { id: 'in', name: 'in', type: 'inputNode' },
      {
        id: 'table',
        name: 'table',
        type: 'decisionTableNode',
        content: {
          hitPolicy: 'first',
          inputs: [{ id: 'when', name: 'when', field: '' }],
          outputs: [{ id: 'code', name: 'code', field: 'code' }],
          rules: [
            ...ORDERED_RULES.map(({ code, all }, nth) => ({
              _id: String(nth),
              when: all.map(expression).join(' and '),
              code: `"${code}"`,
            })),
            { _id: 'accept', when: '', code: `"${ACCEPT}"` },
          ],
        },
      },
      { id: 'out', name: 'out', type: 'outputNode' },
    ],
    edges: [
      { id: 'a', sourceId: 'in', targetId: 'table', type: 'edge' },
      { id: 'b', sourceId: 'table', targetId: 'out', type: 'edge' },
    ],
  };
  const decision = new ZenEngine().createDecision(Buffer.from(JSON.stringify(content)));
  const answer = z.object({ result: z.object({ code: z.string() }) });
  return {
    name: 'zen-engine (Rust)',
    explains: 'on request a trace: the row of the table that hit, and its cell',
    decide: async (_, facts) => answer.parse(await decision.evaluate(facts)).result.code,
  };
}

export function ruleEngines(): readonly RuleEngine[] {
  return [own, jsonRulesEngine(), jsonLogicEngine(), cel(), zen()];
}
