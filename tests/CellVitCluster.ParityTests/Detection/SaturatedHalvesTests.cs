using CellVitCluster.Inference.Embeddings;

namespace CellVitCluster.ParityTests.Detection;

public sealed class SaturatedHalvesTests
{
    [Fact]
    public void Every_half_its_neighbors_and_the_ties_between_halves_have_the_bits_of_the_scalar_conversion()
    {
        var values = new List<float>();
        for (int bits = 0; bits <= ushort.MaxValue; bits++)
        {
            float half = (float)BitConverter.UInt16BitsToHalf((ushort)bits);
            float tie = (half + (float)BitConverter.UInt16BitsToHalf((ushort)(bits + 1))) / 2;
            values.AddRange(
                [half, MathF.BitIncrement(half), MathF.BitDecrement(half), tie, MathF.BitIncrement(tie), MathF.BitDecrement(tie)]);
        }

        Compare([.. values]);
    }

    [Fact]
    public void All_exponents_and_signs_have_the_bits_of_the_scalar_conversion()
    {
        var random = new Random(1);
        var values = new List<float>();
        for (uint signAndExponent = 0; signAndExponent < 512; signAndExponent++)
        {
            foreach (uint mantissa in (uint[])[0, 1, 0x0FFF, 0x1000, 0x1001, 0x1FFF, 0x2000, 0x3000, 0x7F_E000, 0x7F_F000, 0x7F_FFFF])
            {
                values.Add(BitConverter.UInt32BitsToSingle((signAndExponent << 23) | mantissa));
            }

            for (int i = 0; i < 2000; i++)
            {
                values.Add(BitConverter.UInt32BitsToSingle((signAndExponent << 23) | (uint)random.Next(1 << 23)));
            }
        }

        Compare([.. values]);
    }

    [Fact]
    public void All_lengths_are_converted_to_the_end_and_no_further()
    {
        float[] values = [.. Enumerable.Range(0, 40).Select(i => MathF.Sin(i) * 1000)];
        for (int length = 0; length <= values.Length; length++)
        {
            var halves = new Half[values.Length + 1];
            SaturatedHalves.Convert(values.AsSpan(0, length), halves);

            halves.ShouldBe([.. values.Take(length).Select(value => (Half)value), .. new Half[halves.Length - length]]);
        }
    }

    private static void Compare(float[] values)
    {
        var halves = new Half[values.Length];
        SaturatedHalves.Convert(values, halves);
        for (int i = 0; i < values.Length; i++)
        {
            ushort expected = BitConverter.HalfToUInt16Bits((Half)Math.Clamp(values[i], (float)Half.MinValue, (float)Half.MaxValue));
            if (BitConverter.HalfToUInt16Bits(halves[i]) != expected)
            {
                Assert.Fail($"{values[i]:R} became {halves[i]}, not {BitConverter.UInt16BitsToHalf(expected)}.");
            }
        }
    }
}
