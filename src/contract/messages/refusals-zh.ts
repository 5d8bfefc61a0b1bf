import type { PaymentCodeReason, UnreadableReason } from '../../domain/refusal-params.ts';
import type { RefusalCatalogue, RefusalMessage } from './catalogue.ts';
import { REFUSAL_TITLES } from './refusal-titles.ts';
import { categoryName, moment, seconds, UNREADABLE, WALLET_NAMES, yuan } from './words.ts';

const say = (headline: string, help: string): RefusalMessage => ({ headline, help });
/** What is wrong is the title already. */
const titled = (code: keyof typeof REFUSAL_TITLES.zh, help: string): RefusalMessage =>
  say(`${REFUSAL_TITLES.zh[code]}。`, help);
const face = (faceValueFen: number): string => `${yuan(faceValueFen)} 元券`;

const SHOW_VOUCHER = '请顾客打开云闪付，进入“我的票券”，出示消费券码后重新扫码。';
const MEND_PAPERS = '请核对发票、行驶证和券上的信息，更正后重试。';

export const REFUSALS_ZH: RefusalCatalogue = {
  'below-threshold': ({ minSpendFen, shortfallFen, faceValueFen }) =>
    say(
      `还差 ${yuan(shortfallFen)} 元可用 ${face(faceValueFen)}。`,
      `满 ${yuan(minSpendFen)} 元可用。请顾客再选购一些商品，或换一张门槛更低的券。`,
    ),
  'voucher-expired': ({ faceValueFen, notAfterMs }) => {
    const end = moment(notAfterMs);
    return say(
      end === null ? `${face(faceValueFen)}已过期。` : `${face(faceValueFen)}已于 ${end} 到期。`,
      '过期的券已由系统收回，请顾客换一张未过期的券，或等下一期再领。',
    );
  },
  'voucher-not-yet-valid': ({ faceValueFen, notBeforeMs }) => {
    const start = moment(notBeforeMs);
    return say(
      `${face(faceValueFen)}还没到使用时间。`,
      start === null ? '请顾客在券面的生效时间之后再来使用。' : `${start} 起可用，请顾客届时再来使用。`,
    );
  },
  'already-redeemed': ({ faceValueFen, atMs, storeName, receiptNumber }) => {
    const at = moment(atMs);
    const when = at === null ? '' : `于 ${at} `;
    const where = storeName === null ? '' : `在${storeName}`;
    return say(
      `${face(faceValueFen)}已${when}${where}使用。`,
      `${receiptNumber === null ? '' : `小票号 ${receiptNumber}。`}每张券只能用一次，请顾客换一张券。`,
    );
  },
  'code-stale': ({ ageMs }) =>
    say(
      ageMs === null ? '券码已失效。' : `券码已显示 ${seconds(ageMs)} 秒，已失效。`,
      '请顾客在手机上刷新券码后重新扫码；截图不能使用。',
    ),
  'wrong-wallet': ({ wallet }) =>
    say(`这是${WALLET_NAMES.zh[wallet]}付款码。`, '请顾客打开云闪付，出示消费券码。'),
  'wrong-category': ({ voucherCategory, storeCategory }) => {
    const voucher = categoryName('zh', voucherCategory);
    const store = categoryName('zh', storeCategory);
    return say(
      `这是${voucher}类消费券，不能在本店使用。`,
      `本店是${store}类商户。请顾客换一张${store}类的券，或到${voucher}类参与商户使用。`,
    );
  },
  'one-voucher-per-purchase': () =>
    titled('one-voucher-per-purchase', '单次消费仅限用一张券，请顾客下次消费时再用。'),
  'not-a-voucher-code': (params) => {
    switch (params.found) {
      case 'goods-barcode':
        return say('这是商品条码，不是消费券码。', SHOW_VOUCHER);
      case 'url':
        return say('这是网址，不是消费券码。', SHOW_VOUCHER);
      case 'emv-cpm':
        return say('这是其他应用的付款码，不是消费券码。', SHOW_VOUCHER);
      case 'payment-code':
        return paymentCode(params.reason);
      case 'unknown':
        return unreadable(params.reason);
    }
  },
  'amount-missing': ({ category }) =>
    category === 'car'
      ? say('还没有填写购车信息。', '请填写发票价税合计、座位数、购买人和开票日期。')
      : titled('amount-missing', '请输入顾客应付的金额。'),
  'store-suspended': () => titled('store-suspended', '请店长联系属地商务主管部门或银联。'),
  'store-not-admitted': () =>
    titled('store-not-admitted', '请店长向属地商务主管部门申请，审核通过后即可使用。'),
  'terminal-suspended': () => titled('terminal-suspended', '请换一台终端收银，并请店长联系银联。'),
  'campaign-not-open': ({ opensDay }) =>
    titled(
      'campaign-not-open',
      opensDay === null ? '请顾客在活动开始后再来使用。' : `活动 ${opensDay} 开始，请顾客届时再来使用。`,
    ),
  'campaign-closed': ({ lastDay }) =>
    say(`活动已于 ${lastDay} 结束。`, '消费券不能再使用，请顾客关注下一次活动。'),
  'unknown-voucher-kind': () =>
    titled('unknown-voucher-kind', '请联网同步最新的活动规则后重新扫码；仍不认识时，请联系技术支持。'),
  'unknown-issuer': () =>
    titled('unknown-issuer', '请联网同步后重新扫码；仍不认识时，请顾客联系云闪付客服。'),
  'signature-invalid': () =>
    titled('signature-invalid', '请顾客在云闪付中重新打开券码再扫一次；仍不行时，请顾客联系云闪付客服。'),
  'voucher-revoked': ({ faceValueFen }) =>
    say(
      `${face(faceValueFen)}已被发券方作废。`,
      '请顾客在云闪付中重新打开票券或联系云闪付客服，或换一张券。',
    ),
  'budget-exhausted': () => titled('budget-exhausted', '请顾客换一种券，或等下一期发放。'),
  'clearing-refused': ({ error }) =>
    say('清算系统没有受理这次核销。', `请重新扫码；还不行时请联系清算方，告诉对方“${error}”。`),
  'online-required': ({ reason }) => {
    switch (reason) {
      case 'pack-expired':
        return say('本机的活动规则已过期。', '请检查网络，同步最新的活动规则后重新扫码。');
      case 'payment-code':
        return say('云闪付付款码要联网才能核销。', '请检查网络后重新扫码，或请顾客出示消费券码。');
      case 'kind':
        return titled('online-required', '请检查网络，恢复后重新扫码。');
    }
  },
  'offline-limit-reached': (params) => {
    const help = '请店长检查网线，或改用手机热点；联网并上传后即可继续核销。';
    switch (params.limit) {
      case 'age':
        return say('离线时间已达上限。', help);
      case 'count':
        return say(`离线核销已达上限 ${params.max} 笔。`, help);
      case 'amount':
        return say(`离线核销已达上限 ${yuan(params.maxFen)} 元。`, help);
    }
  },
  'clock-untrusted': (params) => {
    switch (params.reason) {
      case 'terminal':
        return titled('clock-untrusted', '请联网校时；离线时请店长检查本机的日期和时间。');
      case 'code':
        return say(
          `券码的时间比本机晚 ${seconds(params.aheadMs)} 秒。`,
          '手机或本机的时钟不准：请顾客打开手机的自动校时后刷新券码；其他顾客也这样时，请检查本机时间。',
        );
    }
  },
  'car-buyer-not-a-person': () =>
    titled(
      'car-buyer-not-a-person',
      '党政机关、企事业单位购买的新车不在补贴范围；个人购车请提供个人抬头的发票。',
    ),
  'car-too-many-seats': ({ seats }) =>
    say(
      `这辆车有 ${seats} 座，超过 7 座。`,
      '只有 7 座（含）以下的乘用车可用汽车券，请核对行驶证或合格证上的座位数。',
    ),
  'car-not-passenger': () =>
    titled('car-not-passenger', '只有 7 座（含）以下的乘用车可用汽车券，请核对车辆类型。'),
  'car-price-below-minimum': ({ shortfallFen, minPriceFen }) =>
    say(
      `车价低于汽车券的最低价格，还差 ${yuan(shortfallFen)} 元。`,
      `价税合计满 ${yuan(minPriceFen)} 元才可用汽车券。请核对发票上的价税合计。`,
    ),
  'car-wrong-price-band': ({ fromFen, belowFen, fittingFaceValueFen }) => {
    const from = yuan(fromFen);
    const band = belowFen === null ? `${from} 元及以上` : `${from} 元至不满 ${yuan(belowFen)} 元`;
    return say(
      `车价不在这张券的价格区间内（${band}）。`,
      fittingFaceValueFen === null
        ? '请核对发票上的价税合计。'
        : `这个价格可用 ${yuan(fittingFaceValueFen)} 元券；请核对发票，或请顾客联系云闪付客服换券。`,
    );
  },
  'car-invoice-too-early': ({ invoiceDay, earliestDay }) =>
    say(`发票开具于 ${invoiceDay}，早于活动开始。`, `只有 ${earliestDay} 起开具的发票可用，请核对开票日期。`),
  'car-invoice-reissued': ({ announcedDay }) =>
    titled(
      'car-invoice-reissued',
      `${announcedDay === null ? '活动公告发布' : `活动公告发布（${announcedDay}）`}前已开票、之后换开或重开的不在补贴范围；如填写有误，请更正后重试。`,
    ),
  'car-papers-contradict': ({ reason }) => {
    switch (reason) {
      case 'invoice-in-the-future':
        return say('发票日期晚于今天。', '请核对发票上的开票日期和本机的日期。');
      case 'papers-missing':
        return say(
          '这张券要核对购车材料。',
          '请按 F3 填写发票号码、车架号和购车人身份证号，再请顾客出示券码。',
        );
      case 'voucher-for-other-papers':
        return say(
          '与审核时的购车材料不一致。',
          '请按 F3 逐位核对发票号码、车架号、购车人身份证号；都没错的，这张券不是为这辆车发的。',
        );
      case 'papers-differ':
        return titled('car-papers-contradict', MEND_PAPERS);
      case 'vin':
        return say('发票和行驶证的车架号不一致。', MEND_PAPERS);
      case 'buyer-and-owner':
        return say('发票的购车人不是行驶证的车主。', MEND_PAPERS);
      case 'buyer-and-identity':
        return say('发票的购车人和身份证不一致。', MEND_PAPERS);
      case 'registered-before-invoice':
        return say('行驶证的登记日期早于开票日期。', MEND_PAPERS);
      case 'replaces-a-later-invoice':
        return say('被换开的发票晚于这张发票。', MEND_PAPERS);
    }
  },
};

function paymentCode(reason: PaymentCodeReason): RefusalMessage {
  switch (reason) {
    case 'no-voucher':
      return say(
        '此付款码名下没有本店可用的消费券。',
        '请顾客打开云闪付“我的票券”查看；有本店可用的券，就出示券码重新扫码。',
      );
    case 'unknown':
      return say(
        '清算系统查不到这个付款码。',
        '请顾客刷新付款码后重新扫码；还不行时，请出示“我的票券”里的消费券码。',
      );
    case 'unsupported':
      return say('清算系统不支持这种云闪付码。', SHOW_VOUCHER);
  }
}

function unreadable(reason: UnreadableReason): RefusalMessage {
  switch (UNREADABLE[reason]) {
    case 'nothing':
      return say('没有读到码。', '请重新扫码。');
    case 'foreign':
      return say('这不是消费券码。', SHOW_VOUCHER);
    case 'damaged':
      return say('这个码没有读全，或者已损坏。', '请顾客刷新券码、调亮屏幕后重新扫码。');
    case 'newer':
      return say('本机不认识这一版消费券码。', '请顾客换一张券，并请店长联系技术支持更新本机。');
  }
}
