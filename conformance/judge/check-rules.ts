/** The rule that each kind of check stands for. */
import { applyByKind, type ByKind } from '../format/by-kind.ts';
import type { Check } from '../format/check.ts';
import { closeReason, pingAnswered } from './frame-checks.ts';
import { unpredictableMasks } from './mask-checks.ts';
import {
  basicCredentials,
  cookieSent,
  cookiesInOrder,
  hostWithPort,
  originWithPort,
  requestHeader,
  subprotocolsAsked,
  targetEndsWith,
} from './request-field-checks.ts';
import * as response from './response-checks.ts';
import type { WireRule } from './wire-rule.ts';

const rules: ByKind<Check, [], WireRule> = {
  statusLine: () => response.statusLine,
  upgradeHeader: () => response.upgradeHeader,
  connectionHeader: () => response.connectionHeader,
  accept: ({ value }) => response.acceptIs(value),
  noResponseHeader: ({ name, rule, ...reference }) => response.without(name, reference, rule),
  responseGrammar: () => response.wellFormedHead,
  singularHeaders: () => response.singularHeaders,
  subprotocolAmong: ({ offered }) => response.subprotocolAmong(offered),
  extensionsAmong: ({ offered }) => response.extensionsAmong(offered),
  deflateDeclined: () => response.deflateDeclined,
  errorStatus: () => response.errorStatus,
  listsVersion13: () => response.listsVersion13,
  headerOfStatus: ({ status, name, ...reference }) =>
    response.headerOfStatus(status, name, reference),
  closeOptionKept: () => response.closeOptionKept,
  noEchoAfterRefusal: ({ payload }) => response.noEchoAfterRefusal(payload),
  noSwitchAfterRefusal: () => response.noSwitchAfterRefusal,
  requestHeader: ({ rule, name, value, ...reference }) =>
    requestHeader(rule, name, value, reference),
  hostWithPort: ({ name, ...reference }) => hostWithPort(name, reference),
  originWithPort: ({ host, ...reference }) => originWithPort(host, reference),
  cookieSent: ({ cookie }) => cookieSent(cookie),
  cookiesInOrder: ({ cookies }) => cookiesInOrder(cookies),
  targetEndsWith: ({ end, expected }) => targetEndsWith(end, expected),
  basicCredentials: ({ user, password }) => basicCredentials(user, password),
  subprotocolsAsked: ({ names }) => subprotocolsAsked(names),
  pingAnswered: ({ payload }) => pingAnswered(payload),
  closeReason: ({ reason }) => closeReason(reason),
  unpredictableMasks: () => unpredictableMasks,
};

/** @throws {TypeError} for an unknown kind of check */
export const wireRuleOf = (check: Check): WireRule => applyByKind(rules, check);
