// How an account looks now.
import { Module } from '@nestjs/common';
import { MembershipController } from './membership.controller.js';

@Module({ controllers: [MembershipController] })
export class MembershipModule {}
