// A process of the same kind as the API that does nothing behind its door: one validated route of Nest on Fastify, and no database.
import 'reflect-metadata';
import { Body, Controller, Module, Param, Post, ValidationPipe } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Type } from 'class-transformer';
import { IsInt, IsString, Length, Min, ValidateNested } from 'class-validator';

class MoneyBody {
  @IsInt() @Min(1) amount!: number;
  @IsString() @Length(3, 3) currency!: string;
}

class TopUpBody {
  @ValidateNested() @Type(() => MoneyBody) amount!: MoneyBody;
}

@Controller('v1/accounts/:accountId')
class PlainController {
  @Post('wallet/top-ups')
  topUp(@Param('accountId') accountId: string, @Body() { amount }: TopUpBody) {
    return { accountId, balance: amount, autoRecharge: { enabled: false, threshold: amount, amount, suspended: false } };
  }
}

@Module({ controllers: [PlainController] })
class PlainModule {}

const app = await NestFactory.create<NestFastifyApplication>(PlainModule, new FastifyAdapter(), { logger: ['error'] });
app.useGlobalPipes(new ValidationPipe({ whitelist: true, forbidNonWhitelisted: true, transform: true }));
await app.listen(Number(process.env['PORT']), '127.0.0.1');
console.log('listening');
