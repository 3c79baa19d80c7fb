using System.Collections.Concurrent;
using BitMiracle.LibTiff.Classic;
using CellVitCluster.Domain.Errors;
using CellVitCluster.Domain.Slides;
using CellVitCluster.Inference.Pipeline;
using CellVitCluster.Slides.Opening;
using CellVitCluster.TestSupport;

namespace CellVitCluster.ParityTests.Inference;

/// <summary>Pictures of one gray value each, so that one pixel tells which file was read; a closed slide refuses to be read.</summary>
public sealed class SlidePoolTests : IDisposable
{
    private const int Side = 16;

    private static readonly DateTime Written = new(2026, 3, 1, 12, 0, 0, DateTimeKind.Utc);

    private readonly TemporaryFolder _folder = new();

    private SlideSource Source => new(_folder.File("slide.tiff"));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_slide_stays_open_while_its_file_stays_the_same()
    {
        Put(10, Written);
        using var pool = new SlidePool(limit: 2);

        ISlide first = pool.Use(Source, slide => slide);

        pool.Use(Source, slide => slide).ShouldBeSameAs(first);
        GrayOf(first).ShouldBe(10);
    }

    [Theory]
    [InlineData(Side, 1, true)]
    [InlineData(Side, 1, false)]
    [InlineData(Side, -1, true)]
    [InlineData(2 * Side, 0, true)]
    [InlineData(2 * Side, 0, false)]
    public void A_file_replaced_while_its_slide_is_idle_is_read_anew(int side, int secondsLater, bool renamed)
    {
        Put(10, Written);
        long length = new FileInfo(Source.Path).Length;
        using var pool = new SlidePool(limit: 2);
        ISlide old = pool.Use(Source, slide => slide);
        GrayOf(old).ShouldBe(10);

        Put(20, Written.AddSeconds(secondsLater), side, renamed);

        (new FileInfo(Source.Path).Length == length).ShouldBe(side == Side);
        pool.Use(Source, GrayOf).ShouldBe(20);
        IsClosed(old).ShouldBeTrue("the old one does not wait for its turn among the idle ones");
        ISlide fresh = pool.Use(Source, slide => slide);
        pool.Use(Source, slide => slide).ShouldBeSameAs(fresh);
    }

    [Fact]
    public void A_reader_goes_on_with_the_file_it_began_with_and_the_last_one_closes_it()
    {
        Put(10, Written);
        using var pool = new SlidePool(limit: 2);

        (ISlide old, ISlide fresh) = pool.Use(Source, outer => pool.Use(Source, inner =>
        {
            inner.ShouldBeSameAs(outer);
            Put(20, Written.AddSeconds(1));
            ISlide replacement = pool.Use(Source, slide => slide);
            GrayOf(replacement).ShouldBe(20);
            GrayOf(inner).ShouldBe(10, "it is still being read");
            return (outer, replacement);
        }));

        IsClosed(old).ShouldBeTrue();
        pool.Use(Source, slide => slide).ShouldBeSameAs(fresh);
        GrayOf(fresh).ShouldBe(20);
    }

    [Fact]
    public void One_of_two_readers_leaves_the_replaced_slide_open_for_the_other()
    {
        Put(10, Written);
        using var pool = new SlidePool(limit: 0);

        ISlide old = pool.Use(Source, outer =>
        {
            pool.Use(Source, _ =>
            {
                Put(20, Written.AddSeconds(1));
                return pool.Use(Source, GrayOf);
            }).ShouldBe(20);
            GrayOf(outer).ShouldBe(10);
            return outer;
        });

        IsClosed(old).ShouldBeTrue();
    }

    [Fact]
    public void A_replaced_slide_closes_with_its_last_read_after_the_pool_too()
    {
        Put(10, Written);
        var pool = new SlidePool(limit: 2);

        (ISlide old, ISlide fresh) = pool.Use(Source, outer =>
        {
            Put(20, Written.AddSeconds(1));
            ISlide replacement = pool.Use(Source, slide => slide);
            pool.Dispose();
            GrayOf(outer).ShouldBe(10);
            return (outer, replacement);
        });

        IsClosed(old).ShouldBeTrue();
        IsClosed(fresh).ShouldBeTrue();
        Should.Throw<ObjectDisposedException>(() => pool.Use(Source, GrayOf));
    }

    [Fact]
    public void A_file_that_is_gone_is_missing_although_its_slide_is_open()
    {
        Put(10, Written);
        using var pool = new SlidePool(limit: 2);

        ISlide old = pool.Use(Source, outer =>
        {
            File.Delete(Source.Path);
            Should.Throw<SlideUnreadableException>(() => pool.Use(Source, GrayOf)).Code.ShouldBe(ErrorCode.SlideMissing);
            GrayOf(outer).ShouldBe(10);
            return outer;
        });

        IsClosed(old).ShouldBeTrue();
        Put(10, Written);
        pool.Use(Source, slide => slide).ShouldNotBeSameAs(old);
        pool.Use(Source, GrayOf).ShouldBe(10);
    }

    /// <summary>A link does not change with the file it leads to. This one only leads there from behind the link of its folder.</summary>
    [Fact]
    public void A_file_replaced_behind_a_link_is_read_anew()
    {
        Directory.CreateDirectory(_folder.File("archive", "links"));
        Directory.CreateSymbolicLink(_folder.File("entrance"), _folder.File("archive", "links"));
        File.CreateSymbolicLink(_folder.File("archive", "links", "slide.tiff"), Path.Combine("..", "real.tiff"));
        string real = _folder.File("archive", "real.tiff");
        var linked = new SlideSource(_folder.File("entrance", "slide.tiff"));
        WritePicture(real, 10, Side, Written);
        using var pool = new SlidePool(limit: 2);
        ISlide old = pool.Use(linked, slide => slide);
        pool.Use(linked, slide => slide).ShouldBeSameAs(old);

        WritePicture(real, 20, Side, Written.AddSeconds(1));

        pool.Use(linked, GrayOf).ShouldBe(20);
        IsClosed(old).ShouldBeTrue();
    }

    /// <summary>In any order of the threads, nobody reads a closed slide or one older than the file, and none stays open.</summary>
    [Fact]
    public async Task Many_readers_see_a_file_replaced_again_and_again()
    {
        const int replacements = 60;
        Put(0, Written);
        var pool = new SlidePool(limit: 2);
        var seen = new ConcurrentDictionary<ISlide, byte>(ReferenceEqualityComparer.Instance);
        int newest = 0;
        bool goesOn = true;
        Task[] readers = [.. Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            while (Volatile.Read(ref goesOn))
            {
                int atLeast = Volatile.Read(ref newest);
                int gray = pool.Use(Source, slide =>
                {
                    seen.TryAdd(slide, 0);
                    return GrayOf(slide);
                });
                gray.ShouldBeGreaterThanOrEqualTo(atLeast);
            }
        }))];
        try
        {
            for (byte gray = 1; gray <= replacements; gray++)
            {
                Put(gray, Written.AddSeconds(gray));
                Volatile.Write(ref newest, gray);
                pool.Use(Source, GrayOf).ShouldBe(gray);
            }
        }
        finally
        {
            Volatile.Write(ref goesOn, false);
            await Task.WhenAll(readers);
        }

        seen.Keys.Count(slide => !IsClosed(slide)).ShouldBeLessThanOrEqualTo(1);
        pool.Use(Source, GrayOf).ShouldBe(replacements);
        pool.Dispose();
        seen.Keys.ShouldAllBe(slide => IsClosed(slide));
    }

    private static int GrayOf(ISlide slide)
    {
        Span<byte> rgb = stackalloc byte[3];
        slide.Read(3, 5, level: 0, width: 1, height: 1, rgb);
        return rgb[0];
    }

    private static bool IsClosed(ISlide slide)
    {
        try
        {
            GrayOf(slide);
            return false;
        }
        catch (ObjectDisposedException)
        {
            return true;
        }
    }

    /// <summary>Writes the slide's file, in place or beside it and renamed.</summary>
    private void Put(byte gray, DateTime written, int side = Side, bool renamed = true)
    {
        string path = renamed ? _folder.File("incoming.tiff") : Source.Path;
        WritePicture(path, gray, side, written);
        if (renamed)
        {
            File.Move(path, Source.Path, overwrite: true);
        }
    }

    /// <summary>Writes an uncompressed picture: its length depends on its side alone.</summary>
    private static void WritePicture(string path, byte gray, int side, DateTime written)
    {
        using (Tiff tiff = Tiff.Open(path, "w"))
        {
            tiff.SetField(TiffTag.IMAGEWIDTH, side);
            tiff.SetField(TiffTag.IMAGELENGTH, side);
            tiff.SetField(TiffTag.SAMPLESPERPIXEL, 3);
            tiff.SetField(TiffTag.BITSPERSAMPLE, 8);
            tiff.SetField(TiffTag.PHOTOMETRIC, Photometric.RGB);
            tiff.SetField(TiffTag.PLANARCONFIG, PlanarConfig.CONTIG);
            tiff.SetField(TiffTag.COMPRESSION, Compression.NONE);
            tiff.SetField(TiffTag.ROWSPERSTRIP, side);
            byte[] row = [.. Enumerable.Repeat(gray, 3 * side)];
            for (int y = 0; y < side; y++)
            {
                tiff.WriteScanline(row, y).ShouldBeTrue();
            }
        }

        File.SetLastWriteTimeUtc(path, written);
    }
}
