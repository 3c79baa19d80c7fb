using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace CellVitCluster.Slides.Opening;

/// <summary>Lays premultiplied ARGB, as OpenSlide delivers it, on an opaque background.</summary>
internal static class ArgbCompositor
{
    private const uint Opaque = 0xFF000000;

    /// <summary>Converts pixels.</summary>
    /// <param name="argb">Premultiplied pixels, alpha in the highest byte.</param>
    /// <param name="background">What shows through transparent pixels.</param>
    /// <param name="rgb">Receives 3 bytes per pixel, interleaved.</param>
    public static void Composite(ReadOnlySpan<uint> argb, RgbColor background, Span<byte> rgb)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rgb.Length, argb.Length * 3, nameof(rgb));
        ref uint source = ref MemoryMarshal.GetReference(argb);
        ref byte target = ref MemoryMarshal.GetReference(rgb);
        Vector128<byte> pick = Vector128.Create((byte)2, 1, 0, 6, 5, 4, 10, 9, 8, 14, 13, 12, 0xFF, 0xFF, 0xFF, 0xFF);
        int i = 0;

        // Four pixels make 12 bytes, but a store writes 16: stop two pixels early, where the extra bytes are overwritten anyway.
        for (; i + 6 <= argb.Length; i += 4)
        {
            Vector128<uint> four = Vector128.LoadUnsafe(ref source, (nuint)i);
            if (Vector128.EqualsAll(four & Vector128.Create(Opaque), Vector128.Create(Opaque)))
            {
                Vector128.Shuffle(four.AsByte(), pick).StoreUnsafe(ref target, (nuint)(i * 3));
            }
            else
            {
                for (int j = i; j < i + 4; j++)
                {
                    CompositeOne(argb[j], background, ref Unsafe.Add(ref target, j * 3));
                }
            }
        }

        for (; i < argb.Length; i++)
        {
            CompositeOne(argb[i], background, ref Unsafe.Add(ref target, i * 3));
        }
    }

    private static void CompositeOne(uint argb, RgbColor background, ref byte rgb)
    {
        uint missing = 255 - (argb >> 24);
        rgb = Blend((argb >> 16) & 255, background.R, missing);
        Unsafe.Add(ref rgb, 1) = Blend((argb >> 8) & 255, background.G, missing);
        Unsafe.Add(ref rgb, 2) = Blend(argb & 255, background.B, missing);
    }

    private static byte Blend(uint premultiplied, uint background, uint missing) =>
        (byte)Math.Min(255, premultiplied + (((background * missing) + 127) / 255));
}
