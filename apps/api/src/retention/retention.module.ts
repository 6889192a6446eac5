// The end of an account's data: what may stop it, and the proof that it came.
import { Module, type DynamicModule } from '@nestjs/common';
import type { SigningKey } from '../keys/signing-key.js';
import { CERTIFICATE_KEY, CertificateController } from './certificate.controller.js';
import { ErasureController } from './erasure.controller.js';
import { LegalHoldsController } from './legal-holds.controller.js';
import { PurgeGuardController } from './purge-guard.controller.js';
import { PurgesController } from './purges.controller.js';
import { ReceiptController } from './receipt.controller.js';

@Module({})
export class RetentionModule {
  static with(certificateKey: SigningKey): DynamicModule {
    return {
      module: RetentionModule,
      controllers: [LegalHoldsController, CertificateController, ReceiptController, ErasureController, PurgesController, PurgeGuardController],
      providers: [{ provide: CERTIFICATE_KEY, useValue: certificateKey }],
    };
  }
}
