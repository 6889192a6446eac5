// Test clocks; for the sandbox alone.
import { Module } from '@nestjs/common';
import { TestClocksController } from './test-clocks.controller.js';

@Module({ controllers: [TestClocksController] })
export class TestClocksModule {}
